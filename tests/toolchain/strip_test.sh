# strip_test.sh - strip.awk takes away comments and indentation and nothing else.
set -u
failed=0
check() { # input, wanted output
    got=$(printf '%s\n' "$1" | awk -f toolchain/strip.awk)
    if [ "$got" != "$2" ]; then printf 'of\n%s\ncame\n%s\nnot\n%s\n' "$1" "$got" "$2"; failed=1; fi
}
check '  a();' 'a();'
check 'a(); // why' 'a();'
check 'a("http:")//x' 'a("http:")//x'
check '    // whole line
b()' 'b()'
check '/* one line */
c{}' 'c{}'
check '/* many
 * lines a{}
 */
d{}

e{}' 'd{}
e{}'
check 'f{ color: red; /* stays */ }' 'f{ color: red; /* stays */ }'
check "let s = '/*';
g()" "let s = '/*';
g()"
# the rule that makes it safe: no program text contains blank, slash, slash, blank inside quotes
if grep -nE "^[^\"'\`]*([\"'\`])[^\"'\`]* // [^\"'\`]*\1" www/*.css /dev/null; then failed=1; fi
exit $failed
