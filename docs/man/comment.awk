# What manpages.awk is written in: lines of roff, and the comments of the header taken apart. Nothing here knows what a
# page looks like.

# ---- roff ----

# What roff would take for a command or an escape.
function escape(text) {
    gsub(/\\/, "\\e", text)
    gsub(/&lt;/, "<", text)
    gsub(/`/, "\001", text)
    return text
}

# Inline marks of the comments: code, parameters, functions, constants, manual pages.
function inline(text,    result, word, before, marks) {
    text = escape(text)
    result = ""
    marks = "\001[^\001]*\001|@p [a-z_]+|@c [A-Za-z_]+|daemonctx_[a-z0-9_]+\\(\\)|DAEMONCTX_[A-Z0-9_]*[A-Z0-9]" \
        "|[a-zA-Z_.-]+\\([1-9]\\)|[ (]\\*[a-z ]+\\*"
    while (match(text, marks)) {
        before = substr(text, 1, RSTART - 1)
        word = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        if (word ~ /^\001/) word = bold(substr(word, 2, length(word) - 2))
        else if (word ~ /^@p /) word = "\\fI" substr(word, 4) "\\fP"
        else if (word ~ /^@c /) word = bold(substr(word, 4))
        else if (word ~ /^[ (]\*/) word = substr(word, 1, 1) "\\fI" substr(word, 3, length(word) - 3) "\\fP"
        else if (word ~ /\(\)$/) word = bold(substr(word, 1, length(word) - 2)) "(3)"
        else if (word ~ /\([1-9]\)$/) word = bold(substr(word, 1, length(word) - 3)) substr(word, length(word) - 2)
        else word = bold(word)
        result = result before word
    }
    text = result text
    while (match(text, /(^|[ (])-[0-9]/)) # a minus, not a hyphen that may break
        text = substr(text, 1, RSTART + RLENGTH - 3) "\\-" substr(text, RSTART + RLENGTH - 1)
    if (text ~ /^[.']/) text = "\\&" text
    return text
}

# Names of functions are not hyphenated.
function bold(text) {
    return "\\%\\fB" text "\\fP"
}

function put(line) {
    print line > page
}

function put_text(text) {
    if (text != "") put(inline(text))
}

# Paragraphs, separated by "\n".
function put_paragraphs(text,    list, count, i, written) {
    count = split(text, list, "\n")
    for (i = 1; i <= count; i++) {
        if (list[i] == "") continue
        if (written++) put(".PP")
        put_text(list[i])
    }
}

function section(name) {
    put(".SH " name)
}

function begin_page(name, brief) {
    page = out "/" name ".3"
    pages++
    put(".\\\" Made from daemonctx.h. Do not edit.")
    put(".TH " name " 3 " date " \"daemonctx " version "\" \"daemonctx manual\"")
    put(".ad l")
    section("NAME")
    sub(/\.$/, "", brief)
    if (brief ~ /^[A-Z][a-z]/) brief = tolower(substr(brief, 1, 1)) substr(brief, 2)
    put(name " \\- " inline(brief))
    section("LIBRARY")
    put("daemonctx (\\fIlibdaemonctx\\fP, \\fI\\-ldaemonctx\\fP)")
}

function end_page() {
    close(page)
}

# ---- comments ----

function trim(text) {
    gsub(/^[ \t]+|[ \t]+$/, "", text)
    return text
}

# Takes a comment apart: brief, body, threads, params, returns, statuses, since, see.
function parse_comment(text,    lines, count, i, line, field, tag) {
    split("", parsed)
    parsed_params = parsed_values = 0
    field = "body"
    count = split(text, lines, "\n")
    for (i = 1; i <= count; i++) {
        line = lines[i]
        sub(/^ *\/?\*\*?\/? ?/, "", line)
        sub(/ *\*\/ *$/, "", line)
        line = trim(line)
        if (line == "") {
            parsed["body"] = parsed["body"] "\n"
            field = "body"
            continue
        }
        if (match(line, /^@[a-z]+(\[[a-z,]+\])?/)) {
            tag = substr(line, RSTART, RLENGTH)
            if (tag == "@p" || tag == "@c") { append(field, line); continue }
            line = trim(substr(line, RLENGTH + 1))
            if (tag ~ /^@param/) {
                field = "param" (++parsed_params)
                parsed[field, "name"] = line
                sub(/ .*/, "", parsed[field, "name"])
                parsed[field, "way"] = tag
                gsub(/^@param\[|\]$/, "", parsed[field, "way"])
                sub(/^[^ ]+ */, "", line)
            } else if (tag == "@retval") {
                field = "value" (++parsed_values)
                parsed[field, "name"] = line
                sub(/ .*/, "", parsed[field, "name"])
                sub(/^[^ ]+ */, "", line)
            } else field = substr(tag, 2)
            if (tag == "@par") { parsed["body"] = parsed["body"] "\n@par " line "\n"; field = "body"; continue }
            # @brief and @since may stand in one line
            if (match(line, / @since [0-9.]+$/)) {
                parsed["since"] = substr(line, RSTART + 8)
                line = substr(line, 1, RSTART - 1)
            }
            append(field, line)
        } else if (field == "body" && match(line, /^Threads: /)) {
            field = "threads"
            append(field, substr(line, 10))
        } else append(field, line)
    }
}

function append(field, text) {
    parsed[field] = parsed[field] (parsed[field] == "" || parsed[field] ~ /\n$/ ? "" : " ") text
}
