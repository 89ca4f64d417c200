# Makes the man pages of section 3 from the public header: one for each function, and daemonctx(3), the overview.
# Types and callbacks, and the values of enumerations that no function's page has, lie in the overview.
# usage: awk -v out=DIRECTORY -v version=1.0.0 -v date=YYYY-MM-DD -v example=EXAMPLE.c \
#     -f comment.awk -f manpages.awk HEADER

# ---- pages of functions ----

# The declaration, broken between parameters when it is long.
function put_synopsis(declaration,    head, list, arguments, count, i) {
    section("SYNOPSIS")
    put(".nf")
    put(".B #include <daemonctx/daemonctx.h>")
    put(".PP")
    sub(/^DAEMONCTX_API /, "", declaration)
    head = declaration
    sub(/\(.*/, "(", head)
    list = declaration
    sub(/^[^(]*\(/, "", list)
    sub(/\);.*/, "", list)
    count = split(list, arguments, /, */)
    for (i = 1; i <= count; i++)
        put(".BI \"" (i == 1 ? head : "    ") argument(arguments[i]) (i < count ? "," : ");") "\"")
    put(".fi")
}

function argument(text,    name) {
    if (text == "void") return text
    name = text
    sub(/.*[ *]/, "", name)
    return substr(text, 1, length(text) - length(name)) "\" " name " \""
}

function put_parameters(    i, field, way) {
    if (parsed_params == 0) return
    section("PARAMETERS")
    for (i = 1; i <= parsed_params; i++) {
        field = "param" i
        put(".TP")
        way = parsed[field, "way"]
        put("\\fI" parsed[field, "name"] "\\fP (" (way == "in,out" ? "in and out" : way) ")")
        put_text(parsed[field])
    }
}

# Outcomes of both kinds: which is 0 for errors and 1 for others.
function put_values(others,    i, field, is_error, written) {
    for (i = 1; i <= parsed_values; i++) {
        field = "value" i
        is_error = parsed[field, "name"] ~ /^DAEMONCTX_ERR_/
        if (is_error == others) continue
        put(".TP")
        put(parsed[field, "name"] ~ /^-/ ? "\\fB\\" parsed[field, "name"] "\\fP" : bold(parsed[field, "name"]))
        put_text(parsed[field])
        written++
    }
    return written
}

function has_values(others,    i) {
    for (i = 1; i <= parsed_values; i++)
        if ((parsed["value" i, "name"] ~ /^DAEMONCTX_ERR_/) != others) return 1
    return 0
}

function put_enumerations(text,    name, i) {
    while (match(text, /enum daemonctx_[a-z_]+/)) {
        name = substr(text, RSTART + 5, RLENGTH - 5)
        text = substr(text, RSTART + RLENGTH)
        if (name == "daemonctx_status" || name == "daemonctx_step" || !(name in enum_count) || listed[name]++) continue
        section("\"VALUES OF ENUM " toupper(name) "\"")
        for (i = 1; i <= enum_count[name]; i++) {
            put(".TP")
            put(bold(enum_item[name, i]) " (" enum_value[name, i] ")")
            put_text(enum_text[name, i])
        }
    }
}

function put_see_also(text) {
    section("\"SEE ALSO\"")
    sub(/\.$/, "", text)
    if (text !~ /daemonctx\(3\)/) text = text (text == "" ? "" : "; ") "daemonctx(3)"
    put_text(text)
}

function write_function(declaration, comment,    name) {
    name = declaration
    sub(/\(.*/, "", name)
    sub(/.*[ *]/, "", name)
    parse_comment(comment)
    split("", listed)
    functions++
    group_of[functions] = group
    name_of[functions] = name
    brief_of[functions] = parsed["brief"]
    begin_page(name, parsed["brief"])
    put_synopsis(declaration)
    section("DESCRIPTION")
    put_paragraphs(parsed["brief"] "\n" parsed["body"])
    put_parameters()
    if (parsed["return"] != "" || has_values(1)) {
        section("\"RETURN VALUE\"")
        put_text(capital(parsed["return"]))
        put_values(1)
    }
    if (has_values(0)) {
        section("ERRORS")
        put_values(0)
    }
    put_enumerations(comment)
    section("ATTRIBUTES")
    put("Threads:")
    put_text(parsed["threads"])
    section("HISTORY")
    put("Since daemonctx " parsed["since"] ".")
    put_see_also(parsed["see"])
    end_page()
}

function capital(text) {
    return toupper(substr(text, 1, 1)) substr(text, 2)
}

# ---- the overview ----

function put_example(    line) {
    section("EXAMPLES")
    put("A program that becomes a daemon, and goes on until it is asked to end:")
    put(".PP")
    put(".in +4n")
    put(".EX")
    while ((getline line < example) > 0) {
        gsub(/\\/, "\\e", line)
        gsub(/-/, "\\-", line)
        gsub(/'/, "\\(aq", line)
        if (line ~ /^\./) line = "\\&" line
        put(line)
    }
    put(".EE")
    put(".in")
}

function put_overview_body(text,    list, count, i, after_heading, written) {
    count = split(text, list, "\n")
    for (i = 1; i <= count; i++) {
        if (list[i] == "") continue
        if (list[i] ~ /^@par /) {
            put(".SS " substr(list[i], 6))
            after_heading = 1
            continue
        }
        if (written++ && !after_heading) put(".PP")
        after_heading = 0
        put_text(list[i])
    }
}

function put_enumeration(heading, name,    i) {
    section(heading)
    for (i = 1; i <= enum_count[name]; i++) {
        put(".TP")
        put(bold(enum_item[name, i]) " (" (enum_value[name, i] < 0 ? "\\" : "") enum_value[name, i] ")")
        put_text(enum_text[name, i])
    }
}

function write_overview(    i, last) {
    parse_comment(file_comment)
    begin_page("daemonctx", "make a running program a well-behaved Unix daemon")
    section("SYNOPSIS")
    put(".nf")
    put(".B #include <daemonctx/daemonctx.h>")
    put(".PP")
    put("cc \\fIprogram.c\\fP $(pkg\\-config \\-\\-cflags \\-\\-libs daemonctx)")
    put(".fi")
    section("DESCRIPTION")
    put_overview_body(parsed["body"])
    section("FUNCTIONS")
    for (i = 1; i <= functions; i++) {
        if (group_of[i] != last) put(".SS " group_of[i])
        last = group_of[i]
        put(".TP")
        put(bold(name_of[i]) "(3)")
        put_text(brief_of[i])
    }
    put_enumeration("STATUSES", "daemonctx_status")
    put_enumeration("STEPS", "daemonctx_step")
    section("TYPES")
    for (i = 1; i <= types; i++) {
        put(".TP")
        put(bold(type_of[i]))
        put_text(type_text[i])
    }
    put_example()
    section("STANDARDS")
    put("The options, their defaults and their meanings are those of")
    put(".IR DaemonContext \" in PEP\\ 3143, Standard daemon process library.\"")
    section("\"SEE ALSO\"")
    put_text("daemon(3), daemon(7), fork(2), setsid(2), systemd.service(5)")
    end_page()
    for (i = 1; i <= types; i++) {
        page = out "/" type_of[i] ".3"
        put(".so man3/daemonctx.3")
        links++
        end_page()
    }
}

# ---- the header ----

# An enumerator's comment is one paragraph.
function note_enumerator(line, comment) {
    enum_count[enumeration]++
    enum_item[enumeration, enum_count[enumeration]] = $1
    sub(/.*= */, "", line)
    sub(/,.*/, "", line)
    enum_value[enumeration, enum_count[enumeration]] = line
    parse_comment(comment)
    gsub(/\n/, " ", parsed["body"])
    enum_text[enumeration, enum_count[enumeration]] = trim(parsed["body"])
}

function note_type(declaration, comment,    name, body) {
    name = declaration
    if (name ~ /\(\*/) { sub(/.*\(\*/, "", name); sub(/\).*/, "", name) }
    else { sub(/;.*/, "", name); sub(/.* /, "", name) }
    parse_comment(comment)
    type_of[++types] = name
    body = parsed["body"]
    gsub(/\n+/, " ", body)
    type_text[types] = trim(parsed["brief"] " " body)
}

NR == FNR && /@name [0-9]+\. / { group = $0; sub(/.*@name [0-9]+\. /, "", group) }
/^ *\/\*\*/ { comment = ""; in_comment = 1 }
in_comment {
    comment = comment "\n" $0
    if (/\*\//) {
        in_comment = 0
        if (comment ~ /@file /) { file_comment = comment; comment = "" }
    }
    next
}
/^enum daemonctx_/ { enumeration = $2; comment = ""; next }
/^};/ { enumeration = ""; next }
enumeration != "" && /^ +DAEMONCTX_/ { note_enumerator($0, comment); next }
/^(DAEMONCTX_API|typedef) / { declaration = ""; in_declaration = 1 }
in_declaration {
    line = $0
    sub(/^ +/, " ", line)
    declaration = declaration line
    if (/;$/) {
        in_declaration = 0
        if (declaration ~ /^typedef /) note_type(declaration, comment)
        else {
            declarations[++declared] = declaration
            comments[declared] = comment
            groups[declared] = group
        }
        comment = ""
    }
}

# The enumerations have to be known before the functions that take their values.
END {
    for (i = 1; i <= declared; i++) {
        group = groups[i]
        write_function(declarations[i], comments[i])
    }
    write_overview()
    if (declared == 0) exit 1
    print functions " functions, " pages " man pages, " links " links"
}
