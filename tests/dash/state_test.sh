#!/bin/sh
# state_test.sh - a state folder that cannot be used hides nothing: the pages come up, say so, and keep settings in memory; two
# programs never share one. What is on the disk stays as it is. The read-only file system and the full one need root. WICK is the program.
set -u
if [ "$(id -u)" = 0 ] && [ -z "${INSIDE:-}" ] && unshare -m true 2>/dev/null; then
    INSIDE=mounts exec unshare -m -- "$0"
fi
here=$(mktemp -d)
passed=0 failed=0 pid=
finish() {
    [ -n "$pid" ] && kill -9 "$pid" 2>/dev/null
    for folder in ro full; do umount "$here/$folder" 2>/dev/null; done
    rm -rf "$here"
}
trap finish EXIT
check() { # check TEXT CONDITION...
    what=$1; shift
    if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "not true: $what"; sed 's/^/    /' "$here/err"; fi
}
start() { # start FOLDER [COMMAND...]: the program, started by a command; not running when it ended at once
    folder=$1; shift
    : >"$here/out"
    "$@" "$WICK" --listen 127.0.0.1:0 --state "$folder" >"$here/out" 2>"$here/err" &
    pid=$!
    for _ in $(seq 300); do
        grep -q http "$here/out" && break
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    url=$(sed -n 1p "$here/out")
}
stop() { kill "$pid"; wait "$pid"; }
rename() { curl -s --max-time 60 -H 'Content-Type: application/json' -d "{\"a\":1,\"do\":\"rename\",\"f\":{\"name\":\"$1\",\"note\":\"\"}}" "$url" >"$here/answer"; }
says() { grep -q -F -e "$1" "$here/answer"; }
page() { curl -s --max-time 60 "$url" | sed 's/<!--[^>]*-->//g' >"$here/page"; }
shows() { grep -q -F -e "$1" "$here/page"; }
titled() { grep -q -e "<title>\(.* · \)\?$1 · " "$here/page"; } # after the number of faults
logged() { grep -q -F -e "$1" "$here/err"; }
kept_in_memory() { # kept_in_memory WHAT WHY: all that must be true of a folder that cannot be used
    page
    check "$1: the page comes up" shows "Running for"
    check "$1: it says that settings are kept in memory" shows "Settings are kept in memory only: $2."
    check "$1: the form says so too" shows 'data-done="The new name is kept until the next start only."'
    check "$1: so does the log" logged "settings are kept in memory only"
    check "$1: with the reason" logged "$2"
    check "$1: and the folder" logged "$folder"
    rename "In memory";  check "$1: a setting can be changed" says '"ok":true'
    page;                check "$1: it holds" titled "In memory"
    stop
}

start "$here/good"; rename "On disk"
page
check "a good folder: nothing is said" eval '! grep -q "memory only" "$here/page" "$here/err"'
check "a good folder: the form says that it is stored" shows 'data-done="The new name is stored."'
first=$pid
start "$here/good"; wait "$pid"; status=$?
check "a folder that another one uses: it ends with 78" [ $status = 78 ]
check "the reason is said" logged "another process uses the folder of the settings"
kill "$first"; wait "$first"

: >"$here/file"
start "$here/file";          kept_in_memory "a file" "the folder of the settings cannot be made or opened"
check "a file: it is left alone" [ ! -s "$here/file" ]
start "$here/missing/below"; kept_in_memory "a folder in a missing one" "the folder of the settings cannot be made or opened"
check "a missing folder: it is still missing" [ ! -e "$here/missing" ]
ln -s loop "$here/loop"
start "$here/loop";          kept_in_memory "a link to itself" "the folder of the settings cannot be made or opened"
cp -R "$here/good" "$here/dir" && rm "$here"/dir/settings.* && mkdir "$here/dir/settings.a" "$here/dir/settings.b"
start "$here/dir";           kept_in_memory "slots that are folders" "the settings cannot be read"

if [ -n "${INSIDE:-}" ]; then
    mkdir "$here/full" "$here/ro"
    mount -t tmpfs -o size=64k tmpfs "$here/full"
    mount -t tmpfs tmpfs "$here/ro"
    cp -R "$here/good" "$here/ro/state" && cp "$here/ro/state"/* "$here/full" && mount -o remount,ro "$here/ro"
    start "$here/ro/state"
    page; check "a read-only disk: what is stored is shown" titled "On disk"
    kept_in_memory "a read-only disk" "the folder of the settings cannot be written"
    start "$here/ro/other"; kept_in_memory "a new folder on a read-only disk" "the folder of the settings cannot be made or opened"

    cat /dev/zero >"$here/full/ballast" 2>/dev/null
    start "$here/full"
    page; check "a full disk: what is stored is shown" titled "On disk"
    rename "Too much"; check "a full disk: a change is refused" says "the disk is full or broken"
    page; check "a full disk: nothing has changed" titled "On disk"
    rm "$here/full/ballast"
    rename "There is room"; check "a full disk: with room it works" says '"ok":true'
    stop
    start "$here/full"; page; check "and is stored" titled "There is room"; stop

    mkdir -m 700 "$here/foreign"; chmod 755 "$here"
    start "$here/foreign" setpriv --reuid=65534 --regid=65534 --clear-groups
    kept_in_memory "a folder of somebody else" "the folder of the settings cannot be made or opened"
fi

start "$here/good"; page; check "after all of that: the good folder is what it was" titled "On disk"; stop
pid=
echo "$passed passed, $failed failed"
[ $failed = 0 ]
