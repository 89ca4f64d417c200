// The rows of tests/vectors/options.tsv, read once. The table's own head explains its columns.
#pragma once

#include <daemonctx/daemonctx.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

using Value = std::variant<std::nullptr_t, std::int64_t, std::string, std::vector<std::int64_t>>;
using Values = std::vector<Value>;

struct Row {
    std::string place; // "options.tsv:12: umask 0o1000", for messages
    std::string option;
    bool is_default = false;
    Values value;
    daemonctx_status_t status = DAEMONCTX_OK;
    std::string getter;
    Values getter_arguments;
    bool unchanged = false;
    daemonctx_status_t stored_status = DAEMONCTX_OK;
    Values stored;
    std::string refused; // as spelled in the table

    bool accepted() const { return !is_default && status == DAEMONCTX_OK; }
    bool is_refused() const { return status != DAEMONCTX_OK; }
};

const std::vector<Row> &rows();

// The values in a cell: "example.log" 0o640
Values parse_values(const std::string &cell);
