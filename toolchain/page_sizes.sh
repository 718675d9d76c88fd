#!/bin/sh
# page_sizes.sh - how many bytes the document, the snapshot and the largest update of each page may come to, and what costs most.
# usage: page_sizes.sh wickc folder-of-the-profile pages.list-or-folder page.html...
# Given a folder, the list of a page's folder is below it: build/gen/src/dash/pages/pages.list.
set -eu
wickc=$1 profile=$2 list=$3
shift 3
echo "# pages, profile $(basename "$profile"), bytes at most: document, snapshot, update; the slot that costs most"
for page in "$@"; do
    folder=$(dirname "$page") frame=''
    [ -d "$list" ] && pages=$list/$folder/pages.list || pages=$list
    # as make gives it to pages of an application outside of the tree
    if [ ! -d "$list" ] && [ -f "$folder/frame.html" ] && ! grep -qe '<body' -e '^{{/\* wick:page.* frame=' "$page"; then frame=$folder/frame.html; fi
    "$wickc" -I"$folder" -Isrc -I. -I"$profile" --pages "$pages" --sizes $frame "$page"
done
