#!/bin/sh
# app_test.sh - an application outside of the tree, with a part of a page in a file of its own, a header inside a header and a style
# sheet: names that do not exist are reported where they stand, and each change of a file is noticed.
# uses $MAKE, $O
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0 failed=0
check() { # TEXT CONDITION...
    what=$1; shift
    if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "not true: $what"; tail -n 8 "$dir/log" | sed 's/^/    /'; fi
}
app=$dir/mixer
mkdir "$app"
cat >"$app/inner.h" <<'END'
#include <stdint.h>
struct inner { int32_t level; };
END
cat >"$app/mixer.h" <<'END'
#include "live/wick.h"
#include "inner.h"
struct mixer { char name[32]; struct inner in; };
extern struct mixer mixer;
END
cat >"$app/mixer.html" <<'END'
{{/* wick:page path="/" name="mixer" title="Mixer" types="mixer.h" device="struct mixer" device_var="mixer" */ -}}
<!doctype html>
<html lang="en">
<head><title>{{.name}}</title><link rel="stylesheet" href="mixer.css"><script src="wick.js" defer></script></head>
<body>{{template "row.html" .}}
<form wick-action="rename" allow="admin">
  <label>Name <input name="name" required maxlength="31" pattern="[a-z]+" value="{{draft "name" .name}}"></label> {{with error "name"}}{{.}}{{end}}
  <button>Save</button>
</form>
</body>
</html>
END
echo '<p class="channel">First text: {{.in.level}}</p>' >"$app/row.html"
echo '.channel { color: #111 }' >"$app/mixer.css"
cat >"$app/mixer.c" <<'END'
#include "mixer.html.h"
#include "net/net.h"
#include "pages.h"

struct mixer mixer;

bool mixer_rename(struct wick_turn *turn, const struct mixer_rename_fields *in)
{
    if (str_eq(str_of(in->name), STR("none"))) {
        wick_error(turn, "name", "Choose another name.");
        return false;
    }
    return wick_set(mixer.name, sizeof mixer.name, str_of(in->name));
}

int main(int argc, char **argv)
{
    static const struct wick_page *const page[] = { WICK_PAGES };
    static const struct wick_app app = { .name = "mixer", .version = "1", .page = page,
                                         .page_count = WICK_COUNT_OF(page), .asset = wick_asset,
                                         .asset_count = &wick_asset_count };
    return wick_main(argc, argv, &app);
}
END
program=$O/x86_64/app/mixer/mixer
build() { $MAKE -s APP="$app" >"$dir/log" 2>&1; }
said() { grep -qF "$1" "$dir/log"; }
contains() { grep -qaF "$1" "$program"; }
change() { # FILE SED-COMMAND: not within the same tick of the clock of the file system
    sleep 0.02
    sed "$2" "$app/$1" >"$dir/new" && cp "$dir/new" "$app/$1"
}

check "it builds" build
check "without a word" [ ! -s "$dir/log" ]
check "with the part of its page" contains "First text"

change mixer.c 's/turn, "name"/turn, "nmae"/'
build
check "a field that no form has is no program" [ $? != 0 ]
check "it is named where it stands" said "$app/mixer.c:10:26: error: no form of this application has a field \"nmae\"; did you mean \"name\"?"
change mixer.c 's/turn, "nmae"/turn, "name"/'
change row.html 's/channel/chanel/'
check "a class that no style sheet has is no error" build
check "it is a warning" said "$app/row.html:1:11: warning: no style sheet has the class \"chanel\"; did you mean \"channel\"?"
change mixer.css 's/channel/chanel/'
check "a changed style sheet is looked at again" build
check "now it has the class" [ ! -s "$dir/log" ]
change mixer.html 's/href="mixer.css"/href="mixr.css"/'
build
check "a style sheet that is not there is no program" [ $? != 0 ]
check "the one that is there is named" said 'there is no file "mixr.css" in this application; did you mean "mixer.css"?'
change mixer.html 's/href="mixr.css"/href="mixer.css"/'
change mixer.html 's/action="rename"/action="renam"/'
build
check "a function that no action calls is no program" [ $? != 0 ]
check "the action is named" said 'no page has an action that calls mixer_rename(); did you mean mixer_renam()?'
change mixer.html 's/action="renam"/action="rename"/'

change row.html 's/First/Second/'
check "a changed part is built" build
check "and in the program" contains "Second text"
change inner.h 's/int32_t level/char level[8]/'
check "a changed header inside of a header is built" build
check "the page shows a text now" grep -q "in.level" "$O/gen/app/mixer/mixer.html.c"
mv "$app/row.html" "$app/line.html"
build
check "a renamed part is missed" said 'there is no template "row.html"'
change mixer.html 's/row.html/line.html/'
check "and found under its new name" build
rm "$app/line.html" "$app/inner.h"
change mixer.html 's/{{template "line.html" .}}//'
change mixer.h 's/#include "inner.h"//; s/ struct inner in;//'
check "deleted files are missed by nothing" build
check "and are gone" sh -c "[ -f '$program' ] && ! grep -qaF 'Second text' '$program'"
rm -rf "$O/x86_64/app/mixer" "$O/gen/app/mixer"
echo "$passed true, $failed not"
[ "$failed" = 0 ]
