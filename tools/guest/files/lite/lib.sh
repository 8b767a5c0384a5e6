# Read by the guest's scripts: console lines, and values out of JSON.
export PATH=/sbin:/bin:/usr/sbin:/usr/bin
LITE=/run/lite

# say TEXT: one line on the console; all lines of the guest's own begin so.
say() { echo "LITE $*" >/dev/console; }

# flatten NAME: makes $LITE/NAME.flat ("path<TAB>value" lines) from $LITE/NAME.json
flatten() { awk -f /etc/lite/json.awk "$LITE/$1.json" >"$LITE/$1.flat"; }

# decoded: undoes JSON's escapes of stdin (\uXXXX is left as it is)
decoded() { sed 's#\\\(["/]\)#\1#g' | while IFS= read -r line; do printf '%b\n' "$line"; done; }

# get NAME PATH: one value of a flattened file, empty when there is none
get() { awk -F '\t' -v path="$2" '$1 == path { print $2; exit }' "$LITE/$1.flat" | decoded; }
