// Setters and getters by name, so that a table can drive the C ABI.
#pragma once

#include <string>
#include <vector>

#include "vectors.hpp"

// Calls daemonctx_set_<name>. Texts and lists are given in memory that is overwritten as soon as the call returns.
daemonctx_status_t set(daemonctx_context_t *ctx, const std::string &name, const Values &values);

struct Got {
    daemonctx_status_t status;
    Values values;
    friend bool operator==(const Got &a, const Got &b) { return a.status == b.status && a.values == b.values; }
};

// Calls daemonctx_get_<name>, with `arguments` before the out-parameters.
Got get(daemonctx_context_t *ctx, const std::string &name, const Values &arguments = {});

// Puts the option back to its default: daemonctx_unset_<option> where there is one, else the setter that means it.
daemonctx_status_t restore(daemonctx_context_t *ctx, const std::string &option);

// The option that a setter belongs to, as the PEP spells it: stdin for stdin_path, signal_map for signal_action.
std::string option_of(const std::string &setter);

// Every name that set() knows.
std::vector<std::string> setters();

// The first row of the table that `setter` accepts.
const Row &accepted_row(const std::string &setter);
