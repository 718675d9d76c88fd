# apt_private.sh - an apt of our own beside the machine's: same archives and keys, nothing of the system is touched.
# Sourced.  apt_private DIR deb|deb-src [ARCH [SUITE]]  makes the configuration DIR/apt.conf from the machine's own lists and
# fetches the indexes unless they are from today; sets APT_CONFIG, so that apt's programs then use it.

apt_private() {
    apt_dir=$1 apt_type=$2 apt_arch=${3:-} apt_suite=${4:-}
    mkdir -p "$apt_dir/lists/partial" "$apt_dir/cache/archives/partial" "$apt_dir/parts"
    apt_dir=$(cd "$apt_dir" && pwd)
    : >"$apt_dir/status"
    : >"$apt_dir/sources.list"
    eval "$(apt-config shell list Dir::Etc::sourcelist/f parts Dir::Etc::sourceparts/d)"
    # only the type of each entry changes: address, suites and Signed-By stay what the machine uses
    for file in "$list" "$parts"/*.list; do
        [ ! -f "$file" ] || sed -nE "s/^[[:space:]]*deb(-src)?[[:space:]]/$apt_type /p" "$file" >>"$apt_dir/sources.list"
    done
    sort -u -o "$apt_dir/sources.list" "$apt_dir/sources.list"
    for file in "$parts"/*.sources; do
        [ ! -f "$file" ] || sed -E "s/^Types:.*/Types: $apt_type/I" "$file" >"$apt_dir/parts/${file##*/}"
    done
    if [ -n "$apt_suite" ]; then # another suite of the same archives; those that have none do not answer
        sed -Ei "s/^(deb(-src)?( \[[^]]*\])? [^ ]+) [^ ]+/\1 $apt_suite/" "$apt_dir/sources.list"
        sed -Ei "s/^Suites:.*/Suites: $apt_suite/I" "$apt_dir/parts/"*.sources
    fi
    cat >"$apt_dir/apt.conf" <<END
Dir::State "$apt_dir";
Dir::State::lists "$apt_dir/lists";
Dir::State::status "$apt_dir/status";
Dir::Cache "$apt_dir/cache";
Dir::Etc::sourcelist "$apt_dir/sources.list";
Dir::Etc::sourceparts "$apt_dir/parts";
Acquire::Languages "none";
APT::Sandbox::User "$(id -un)";
${apt_arch:+APT::Architecture \"$apt_arch\"; APT::Architectures { \"$apt_arch\"; \};}
END
    export APT_CONFIG="$apt_dir/apt.conf"
    if [ -n "$(find "$apt_dir/updated" -mmin -720 2>/dev/null)" ]; then return; fi
    # one archive that does not answer is no reason to stop: what counts is whether the file can be had
    if apt-get update -qq; then touch "$apt_dir/updated"; fi
}
