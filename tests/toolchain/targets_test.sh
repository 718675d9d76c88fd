# targets_test.sh - the small builds: they link, hold their budgets and their accepted sizes, and the ARM program runs (emulated).
# Pages with everything that templates can do compile for ARM under all warnings, limits of stack frames too, and print there what
# Go prints. The last line counts: banned symbols and sizes per build, one run, the pages, their run.
set -u
passed=0
failed=0
for build in x86_64:device armv7:device; do
    target=${build%:*} profile=${build#*:}
    out=$($MAKE -s TARGET="$target" PROFILE="$profile" T="tests/check/banned tests/check/sizes" test-one 2>&1)
    counts=$(echo "$out" | sed -nE 's/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p')
    [ -n "$counts" ] || counts="0 2"
    passed=$((passed + ${counts% *})) failed=$((failed + ${counts#* }))
    [ "${counts#* }" = 0 ] || echo "$target, profile $profile: $out"
done
version=$(qemu-arm-static "$O/armv7-device/wick" --version 2>&1)
case $version in
wick*) passed=$((passed + 1)) ;;
*) failed=$((failed + 1)); echo "wick --version on ARM said: $version" ;;
esac

# without the version: its quotes are for a shell
setting() { $MAKE -s TARGET=armv7 PROFILE=host echo | sed -n "s/^$1 = //p" | sed 's/-DWICK_VERSION=[^ ]*//'; }
cc="$(setting CC) $(setting CFLAGS_B) -I$O/gen $(setting INCLUDE) -I. -Itests -std=gnu11"
warn="$(setting WARN) $(setting WARN_GCC) $(setting WARN_FRAME)"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
pages=
for page in escape language control printf safe; do pages="$pages $O/gen/tests/tmpl/pages/$page.html.c"; done
# shellcheck disable=SC2086 # word splitting is meant
$MAKE -s $pages $O/gen/tests/diff/pages/flow.html.c
for page in $pages "$O/gen/tests/diff/pages/flow.html.c"; do
    # shellcheck disable=SC2086
    if $cc $warn -c -o "$dir/$(basename "$page").o" "$page"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done
# shellcheck disable=SC2086
if $cc -w $(setting LDFLAGS_B) -o "$dir/golden" tests/tmpl/golden_test.c tests/tmpl/cases.c $pages src/tmpl/*.c src/base/*.c && qemu-arm-static "$dir/golden"; then
    passed=$((passed + 1))
else
    failed=$((failed + 1))
fi
echo "$passed passed, $failed failed"
[ $failed = 0 ]
