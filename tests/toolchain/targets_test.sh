# targets_test.sh - the small builds: they link, hold their budgets and their accepted sizes, and the ARM program runs (emulated).
# The last line counts: banned symbols and sizes per build, and one run.
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
echo "$passed passed, $failed failed"
[ $failed = 0 ]
