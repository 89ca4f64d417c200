// main.cpp: makes the test executable the observer (a child subreaper) before Catch2 takes over.
#define CATCH_CONFIG_RUNNER
#include "catch.hpp"
#include "observer/reaper.hpp"

int main(int argc, char **argv)
{
    observer::Reaper::instance().prepare();
    return Catch::Session().run(argc, argv);
}
