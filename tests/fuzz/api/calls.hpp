// The calls that a line can name: every function of the ABI, and a few that make a daemon's life interesting.
#pragma once

#include <string>

class Run;

// A first word that names no function stands for any of them.
void call_line(Run &run, const std::string &line);
