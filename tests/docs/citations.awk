# Checks what the pages cite as proof, `(E04: *name of a test*)` or `(G02)`: the test exists and carries the row as its
# tag; the row is one that the project claims to keep. Prints what does not exist, and fails.
# usage: awk -v claimed=CLAIMED.txt -v tests=TESTS -f citations.awk PAGE...; TESTS is the sources of all tests in a row

function complain(text) {
    print page ": " text
    failures++
}

function read_claims(    line, list, count, i) {
    while ((getline line < claimed) > 0) {
        if (line ~ /^#/) continue
        count = split(line, list, " ")
        for (i = 1; i <= count; i++) is_claimed[list[i]] = 1
    }
}

# TEST_CASE("name", "[tags]"), over one line or several.
function read_tests(    line, source, parts, count, i, name, tags) {
    while ((getline line < tests) > 0) source = source " " line
    count = split(source, parts, /TEST_CASE\( *"/)
    for (i = 2; i <= count; i++) {
        if (!match(parts[i], /", *"(\[[A-Za-z0-9_]+\])+"/)) continue
        name = substr(parts[i], 1, RSTART - 1)
        tags = substr(parts[i], RSTART, RLENGTH)
        gsub(/\\\\/, "\\", name)
        tags_of[name] = tags
        known++
    }
}

function check_page(    rest, citation, row, name, list, count, i) {
    gsub(/  +/, " ", text)
    rest = text
    while (match(rest, /\([A-J][0-9][0-9]: \*[^*]+\*\)/)) {
        citation = substr(rest, RSTART, RLENGTH)
        rest = substr(rest, RSTART + RLENGTH)
        row = substr(citation, 2, 3)
        name = substr(citation, 8, length(citation) - 9)
        citations++
        if (!(name in tags_of)) complain("there is no test \"" name "\"")
        else if (index(tags_of[name], "[" row "]") == 0) complain("the test \"" name "\" is not one of " row)
        if (!(row in is_claimed)) complain("row " row " is not claimed")
    }
    rest = text
    while (match(rest, /\([A-J][0-9][0-9](, [A-J][0-9][0-9])*\)/)) {
        citation = substr(rest, RSTART + 1, RLENGTH - 2)
        rest = substr(rest, RSTART + RLENGTH)
        count = split(citation, list, ", ")
        for (i = 1; i <= count; i++) {
            citations++
            if (!(list[i] in is_claimed)) complain("row " list[i] " is not claimed")
        }
    }
    rest = text # a citation with a slip in it must not pass for mere words
    gsub(/\([A-J][0-9][0-9]: \*[^*]+\*\)/, "", rest)
    if (match(rest, /\([A-J][0-9][0-9]:.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?/))
        complain("not a citation: " substr(rest, RSTART, RLENGTH))
}

BEGIN { read_claims(); read_tests() }
FNR == 1 { if (page != "") check_page(); page = FILENAME; text = "" }
{ text = text " " $0 }
END {
    check_page()
    if (known < 400) {
        print "only " known + 0 " tests found: has their layout changed?"
        failures++
    }
    if (citations < 80) {
        print "only " citations + 0 " citations found: has their form changed?"
        failures++
    }
    if (failures) exit 1
    print citations " citations name what exists; " known " tests are known"
}
