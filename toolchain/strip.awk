# strip.awk - style sheets without comments and indentation; nothing else changes, lines stay lines.
# A comment is whole lines (from "/*" at the start of a line to "*/" at the end of one, or "//"), or begins inside a line with
# blank, slash, slash, blank. Text of a program must therefore not contain " // "; tests/toolchain/strip_test.sh looks.
in_comment { if ($0 ~ /\*\/[ \t]*$/) in_comment = 0; next }
/^[ \t]*\/\*/ { if ($0 !~ /\*\/[ \t]*$/) in_comment = 1; next }
/^[ \t]*\/\// { next }
{ sub(/^[ \t]+/, ""); sub(/[ \t]+\/\/ .*$/, ""); sub(/[ \t]+$/, "") }
$0 != "" { print }
