# checks_test.sh - the checks of the tree see what is planted: a check that cannot fail proves nothing.
set -u
here=$(pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0
mkdir -p "$dir/src/base" "$dir/src/net" "$dir/src/diff" "$dir/src/tmpl" "$dir/wickc" "$dir/examples" "$dir/bin"

layers_say() { # file, line of C, expected words ("" : nothing is wrong)
    mkdir -p "$dir/$(dirname "$1")"
    echo "$2" >"$dir/$1"
    got=$(cd "$dir" && "$here/tests/check/layers")
    status=$?
    case $got in *"$3"*) ;; *) status=9 ;; esac
    if [ -n "$3" ] && [ $status != 1 ] || [ -z "$3" ] && [ $status != 0 ]; then
        echo "layers: $1 with '$2' should say '$3', said '$got' (status $status)"
        failed=1
    fi
    rm "$dir/$1"
}
layers_say src/base/a.c '#include "net/net.h"' 'src/base/a.c:1: net/net.h: layer base may not use layer net'
layers_say src/diff/a.c '#include "store/store.h"' 'layer diff may not use layer store'
layers_say src/diff/a.c '#include "tmpl/tmpl.h"' ''
layers_say src/net/a.c '#  include "live/wick.h"' 'layer net may not use layer live'
layers_say src/net/a.c '#include <lwip/altcp.h>' ''
layers_say src/live/a.c '#include <lwip/altcp.h>' 'third-party headers'
layers_say src/live/a.c '#include <sys/socket.h>' 'sockets are seen only'
layers_say src/hub/a.c '#include <fcntl.h>' 'files are seen only'
layers_say src/store/a.c '#include <fcntl.h>' ''
layers_say src/hub/a.c '#include <stdio.h>' 'not in the target program'
layers_say wickc/a.c '#include <stdio.h>' ''
layers_say src/tmpl/a.c '#include "wickc/read/lex.h"' 'host tool'
layers_say src/live/a.c '#include "net/net_priv.h"' 'private to its folder'
layers_say src/net/a.c '#include "net/net_priv.h"' ''
layers_say src/main.c '#include "live/wick.h"' ''

banned_says() { # C, expected words
    echo "$1" >"$dir/a.c"
    for program in wick hello; do
        gcc -w -static -O1 -Wl,-Map="$dir/bin/$program.map" -specs "$O/sysroot/x86_64/wick.specs" -o "$dir/bin/$program.elf" "$dir/a.c" || failed=1
    done
    got=$(B=$dir/bin NM=nm tests/check/banned)
    status=$?
    case $got in *"$2"*) ;; *) status=9 ;; esac
    if [ -n "$2" ] && [ $status != 1 ] || [ -z "$2" ] && [ $status != 0 ]; then
        echo "banned: '$1' should say '$2', said '$got' (status $status)"
        failed=1
    fi
}
banned_says 'int main(void) { return 0; }' ''
banned_says 'void *malloc(unsigned long); void *p; int main(void) { p = malloc(3); return 0; }' 'contains malloc()'
banned_says 'int printf(const char *, ...); int main(int c, char **v) { return printf("%s %d", v[0], c); }' 'contains vfprintf()'
banned_says 'char *strcpy(char *, const char *); char b[9]; int main(int c, char **v) { strcpy(b, v[0]); return 0; }' 'contains strcpy()'
banned_says 'int system(const char *); int main(int c, char **v) { return system(v[0]); }' 'contains system()'
exit $failed
