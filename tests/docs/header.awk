# Checks the comments of the public header: every enumerator has one; that of a function has brief, each parameter,
# result, threads, @since and source; none names a status that does not exist; no line is over 120 columns.
# Prints what is missing and fails.

function complain(text) {
    print FILENAME ":" FNR ": " text
    failures++
}

function check_function(declaration, comment,    name, list, arguments, count, i, parameter) {
    name = declaration
    sub(/\(.*/, "", name)
    sub(/.*[ *]/, "", name)
    functions++
    if (comment !~ /@brief /) complain(name ": no @brief")
    if (comment !~ /Threads: /) complain(name ": does not say which threads may call it")
    if (comment !~ /@since [0-9]+\.[0-9]+/) complain(name ": no @since")
    if (comment !~ /@see /) complain(name ": no source (@see)")
    if (declaration !~ /^DAEMONCTX_API void / && comment !~ /@return|@retval/) complain(name ": no result")
    if (declaration ~ /^DAEMONCTX_API daemonctx_status_t [a-z_]*\(/ && declaration !~ /error_status/) {
        if (comment !~ /@retval DAEMONCTX_OK /) complain(name ": does not say when it returns DAEMONCTX_OK")
        if (comment !~ /@retval DAEMONCTX_ERR_ARGUMENT /) complain(name ": does not say what NULL does")
    }
    if (name ~ /_set_/ && comment !~ /Default|default/) complain(name ": no default")
    if (name ~ /_(un)?set_/ && comment !~ /@retval DAEMONCTX_ERR_STATE /) complain(name ": open contexts are ERR_STATE")
    list = declaration
    sub(/^[^(]*\(/, "", list)
    sub(/\).*/, "", list)
    count = list == "void" ? 0 : split(list, arguments, ",")
    for (i = 1; i <= count; i++) {
        parameter = arguments[i]
        sub(/.*[ *]/, "", parameter)
        if (comment !~ "@param\\[(in|out|in,out)\\] " parameter " ") complain(name ": no @param for " parameter)
        if (parameter ~ /^ret_/ && comment !~ "@param\\[out\\] " parameter " ") complain(name ": " parameter " is [out]")
    }
}

length($0) > 120 { complain("line of more than 120 columns") }

/^ *\/\*\*/ { comment = ""; in_comment = 1 }
in_comment {
    comment = comment " " $0
    text = $0
    while (match(text, /DAEMONCTX_[A-Z0-9_]+/)) {
        mentioned[substr(text, RSTART, RLENGTH)] = FNR
        text = substr(text, RSTART + RLENGTH)
    }
    if (/\*\//) in_comment = 0
    next
}
/^#define DAEMONCTX_/ { sub(/\(.*/, "", $2); defined[$2] = 1 }
/^ +DAEMONCTX_[A-Z0-9_]+/ {
    name = $1
    sub(/,$/, "", name)
    defined[name] = 1
    if (comment == "") complain(name ": not documented")
    comment = ""
}
/^DAEMONCTX_API / { declaration = ""; in_declaration = 1 }
in_declaration {
    line = $0
    sub(/^ +/, " ", line)
    declaration = declaration line
    if (/;$/) {
        in_declaration = 0
        check_function(declaration, comment)
        comment = ""
    }
}
/^enum |^}/ { comment = "" }

END {
    for (name in mentioned)
        if (!(name in defined)) {
            print FILENAME ":" mentioned[name] ": " name " does not exist"
            failures++
        }
    if (functions < 100) {
        print FILENAME ": only " functions + 0 " functions found: has the header's layout changed?"
        failures++
    }
    if (failures) exit 1
    print functions " functions are documented"
}
