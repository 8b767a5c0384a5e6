# Flattens JSON: one line "path<TAB>value" for each leaf, as in "files.0.path<TAB>/etc/motd".
# Strings keep their escapes, so a value is always one line.
{ text = text $0 "\n" }
END { value("") }

function skip() { sub(/^[ \t\r\n]+/, "", text) }

function take(count,    taken) {
    if (count < 1) { text = ""; return "" }          # not JSON: stop
    taken = substr(text, 1, count)
    text = substr(text, count + 1)
    return taken
}

function string(    quoted) {
    match(text, /^"([^"\\]|\\.)*"/)
    quoted = take(RLENGTH)
    return substr(quoted, 2, length(quoted) - 2)
}

function value(path,    key, count, inside) {
    inside = path == "" ? "" : path "."
    skip()
    if (text ~ /^[{]/) {
        take(1); skip()
        while (text != "" && text !~ /^[}]/) {
            key = string(); skip(); take(1)          # the colon
            value(inside key); comma()
        }
        take(1)
    } else if (text ~ /^\[/) {
        take(1); skip()
        while (text != "" && text !~ /^\]/) { value(inside (count++ + 0)); comma() }
        take(1)
    } else if (text ~ /^"/) {
        print path "\t" string()
    } else {
        match(text, /^[^],} \t\r\n]+/)
        print path "\t" take(RLENGTH)
    }
}

function comma() { skip(); if (text ~ /^,/) { take(1); skip() } }
