// go_tables_test.mjs - the cases of Go's own template tests, tests/tmpl/go/*.txt (format: verify.go there): what Go prints, our
// pages print byte for byte; what Go refuses, wickc refuses; what cannot be said in our language is refused, too.
// Every case goes through `wickc preview --c`, cases that differ only in a text through one page; all become one program.
import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const SOURCES = 'tests/tmpl/go'
const WICKC = resolve(process.env.O, 'host/wickc') // many hundred runs: not the one with sanitizers
const LIBRARY = resolve(process.env.O, 'host/preview')
const dir = mkdtempSync(join(tmpdir(), 'wick-go-tables-'))
process.on('exit', () => rmSync(dir, { recursive: true }))

const SETS_MAX = 200 // data sets of one page
const PART = 120     // pages compiled in one go
// these our pages take: Go finds what is wrong only while it prints
const NOT_REFUSED = ['found at run time', 'a list past its length']

let failed = 0
function fail(at, text) {
    failed++
    console.log(`${at}: ${text}`)
}

// --- the files ---------------------------------------------------------------------------------------------------------------

// bytes as characters 0..255
const plain = line => line.replace(/\u00e2\u0080\u00b9([0-9a-f]+)\u00e2\u0080\u00ba/g, (_, hex) => Buffer.from(hex, 'hex').toString('latin1'))
const bytes = text => Buffer.from(text, 'latin1')
const utf8 = text => bytes(text).toString('utf8')

function read(file) {
    const cases = []
    let table, tmpl, data
    const end = () => table && table.count !== table.got && fail(file, `table ${table.name} has ${table.got} cases, not ${table.count}`)
    readFileSync(join(SOURCES, file), 'latin1').split('\n').forEach((line, idx) => {
        const [, word, rest] = /^(\S*) ?(.*)$/.exec(line)
        const at = `${SOURCES}/${file}:${idx + 1}`
        const value = plain(rest)
        const last = cases[cases.length - 1]
        if (word === 'table') {
            end()
            table = { name: value.replace(/ \d+ \d+$/, ''), count: Number(/\d+$/.exec(value)[0]), got: 0 }
            data = '{}'
        } else if (word === 'case') {
            table.got++
            cases.push({ at, table: table.name, name: value, tmpl, data })
        } else if (word === 'tmpl') {
            tmpl = last.tmpl = value
            last.isOwn = true
        } else if (word === 'data' && table.got === 0) {
            data = value
        } else if (word === 'also' || word === 'data') {
            last[word] = value
        } else if (['want', 'refuse', 'state', 'except'].includes(word)) {
            last.kind = word
            last.want = value
        } else if (word === 'safer') { // what we print instead
            last.want = value
        } else if (word !== '' && word !== '#') {
            fail(at, `what is "${word}"?`)
        }
    })
    end()
    return cases
}

// --- data --------------------------------------------------------------------------------------------------------------------

// What preview infers a type from: the shape of a value, without its content.
function shape(value) {
    if (Array.isArray(value)) return '[' + [...new Set(value.map(shape))].join() + ']'
    if (value !== null && typeof value === 'object') return '{' + Object.keys(value).map(key => `${key}:${shape(value[key])}`).join() + '}'
    return typeof value
}

// JSON for preview. {"$uint":1} is 1; as a hint it is a number that only an unsigned type holds, in a set of data that is not printed.
const json = (data, asHint) => data.replace(/\{"\$uint":(\d+)\}/g, asHint ? '18446744073709551615' : '$1')

// The dot of preview is an object; for another one the case becomes a template of its own that is called with it.
function asObject(one) {
    one.value = JSON.parse(utf8(one.data))
    const isPlain = one.value !== null && typeof one.value === 'object' && !Array.isArray(one.value) && !/^\$/.test(Object.keys(one.value)[0] ?? '')
    if (!isPlain) {
        one.value = { Dot: one.value }
        one.data = `{"Dot":${one.data}}`
        const defines = /^(\{\{define .*?\}\}.*?\{\{end\}\})*/s.exec(one.tmpl)[0]
        const rest = one.tmpl.slice(defines.length)
        const after = /(\{\{define [^{]*?\}\}[^{]*\{\{end\}\})*$/s.exec(rest)[0]
        one.tmpl = `${defines}{{define "the case"}}${rest.slice(0, rest.length - after.length)}{{end}}${after}{{template "the case" .Dot}}`
    }
}

// --- pages -------------------------------------------------------------------------------------------------------------------

function groupsOf(cases) {
    const groups = []
    for (const one of cases) {
        asObject(one)
        const key = one.kind === 'want' ? [one.tmpl, one.also, shape(one.value)].join('\0') : ''
        const last = groups[groups.length - 1]
        if (last && key !== '' && last.key === key && last.cases.length < SETS_MAX) last.cases.push(one)
        else groups.push({ key, name: `case_${groups.length}`, cases: [one] })
    }
    return groups
}

const run = (program, args, options) => new Promise(done => {
    execFile(program, args, { cwd: dir, maxBuffer: 1 << 26, ...options }, (error, stdout, stderr) => done({ status: error ? error.code ?? -1 : 0, stdout, stderr }))
})

async function inParallel(jobs, work) {
    let next = 0
    const worker = async () => {
        while (next < jobs.length) await work(jobs[next++])
    }
    await Promise.all(Array.from({ length: availableParallelism() }, worker))
}

async function compile(group) {
    const { name, cases } = group
    const file = (suffix, text) => {
        writeFileSync(join(dir, name + suffix), text)
        return name + suffix
    }
    const args = ['preview', '--no-marks', file('.html', bytes(cases[0].tmpl))]
    if (cases[0].also) args.push(file('_also.html', bytes(cases[0].also)))
    cases.forEach((one, idx) => args.push(file(`_${idx}.json`, bytes(json(one.data, false)))))
    if (cases[0].data.includes('$uint')) args.push(file('_hint.json', bytes(json(cases[0].data, true))))
    const said = await run(WICKC, [...args, '--c', name + '.c', '--name', name])
    group.said = said.stderr
    group.isAccepted = said.status === 0
    if (said.status !== 0 && (said.status !== 1 || !/: error: /.test(said.stderr))) fail(cases[0].at, `wickc ends with status ${said.status}: ${said.stderr}`)
}

const MAIN = `
#include "wickc/preview/preview_table.h"
#include <stdio.h>
#include <string.h>
TABLES
static const struct preview_table *const table[] = { NAMES };
int main(void)
{
    static uint8_t mem[1 << 20];
    for (size_t idx = 0; idx < sizeof table / sizeof *table; idx++) {
        for (unsigned set = 0; set < table[idx]->data_count; set++) {
            static const struct tmpl_form form;
            struct tmpl_ctx ctx = { .part = { table[idx]->data[set], NULL, &form } };
            struct buf out;
            buf_init(&out, mem, sizeof mem);
            if (table[idx]->head != NULL) {
                tmpl_render(&out, table[idx]->head, &ctx);
                buf_put_u8(&out, '>');
            }
            tmpl_render(&out, table[idx]->tmpl->root, &ctx);
            if (table[idx]->tail != NULL) {
                tmpl_render(&out, table[idx]->tail, &ctx);
            }
            printf("%zu %u %d %zu\\n", idx, set, (int)out.err, out.len);
            fwrite(out.ptr, 1, out.len, stdout);
            printf("\\n");
        }
    }
    return 0;
}
`

// Its page's C between definitions that give its own names a prefix: they are alike in all pages.
function asPart(name) {
    const text = readFileSync(join(dir, name + '.c'), 'latin1')
    const statics = Array.from(text.matchAll(/^static [^=(;\[]*?(\w+) *[=(;\[]|^typedef .* (\w+);$/gm), found => found[1] ?? found[2])
    const names = [...new Set(statics)].filter(word => !word.startsWith(name))
    return names.map(word => `#define ${word} ${name}_${word}\n`).join('') + `#include "${name}.c"\n` + names.map(word => `#undef ${word}\n`).join('')
}

// Sets got of every case.
async function printAll(groups) {
    const FLAGS = ['-std=gnu11', '-w', `-I${LIBRARY}/include`]
    const main = MAIN.replace('TABLES', groups.map(group => `extern const struct preview_table preview_${group.name};`).join('\n'))
        .replace('NAMES', groups.map(group => `&preview_${group.name}`).join(', '))
    writeFileSync(join(dir, 'main.c'), main)
    const parts = []
    for (let at = 0; at < groups.length; at += PART) {
        parts.push(`part_${at}`)
        writeFileSync(join(dir, `part_${at}.c`), groups.slice(at, at + PART).map(group => asPart(group.name)).join(''))
    }
    await inParallel([...parts, 'main'], async part => {
        const made = await run('gcc', [...FLAGS, '-c', part + '.c'])
        if (made.status !== 0) fail(part, `gcc refuses what wickc writes: ${made.stderr}`)
    })
    if (failed > 0) return
    execFileSync('gcc', ['-o', 'all', 'main.o', ...parts.map(part => part + '.o'), `${LIBRARY}/libwick_tmpl.a`], { cwd: dir })
    const text = execFileSync(join(dir, 'all'), { maxBuffer: 1 << 26 })
    for (let at = 0; at < text.length;) {
        const line = text.indexOf(10, at)
        const [idx, set, err, len] = text.toString('latin1', at, line).split(' ').map(Number)
        const one = groups[idx].cases[set]
        if (one) one.got = err === 0 ? text.toString('latin1', line + 1, line + 1 + len) : `error ${err}`
        at = line + 1 + len + 1
    }
}

// --- results -----------------------------------------------------------------------------------------------------------------

const shown = text => JSON.stringify(utf8(text))

function judge(group) {
    for (const one of group.cases) {
        const template = `\n    ${shown(one.tmpl)} ${one.data === '{}' ? '' : one.data}\n`
        if (one.kind === 'want' && !group.isAccepted) fail(one.at, `${one.name}: wickc refuses:${template}${group.said}`)
        else if (one.kind === 'want' && one.got !== one.want) fail(one.at, `${one.name}:${template}    got  ${shown(one.got ?? 'nothing')}\n    want ${shown(one.want)}`)
        else if (one.kind === 'refuse' && group.isAccepted) fail(one.at, `${one.name}: wickc accepts:${template}    Go says ${one.want}`)
        else if (one.kind === 'except' && group.isAccepted) fail(one.at, `${one.name}: wickc accepts this exception (${one.want}):${template}`)
        else one.isGood = true
    }
}

const files = readdirSync(SOURCES).filter(name => name.endsWith('.txt'))
const all = files.flatMap(read)
const pages = all.filter(one => one.kind === 'want' || one.kind === 'refuse' || (one.kind === 'except' && one.isOwn && !NOT_REFUSED.includes(one.want)))
const groups = groupsOf(pages)
await inParallel(groups, compile)
const printed = groups.filter(group => group.isAccepted && group.cases[0].kind === 'want')
await printAll(printed)
groups.forEach(judge)

console.log('cases  equal  both refuse  contexts  exceptions')
const rowOf = (list, name) => {
    const count = kind => list.filter(one => one.kind === kind && (one.isGood || kind === 'except' || kind === 'state')).length
    const numbers = [list.length, count('want'), count('refuse'), count('state'), count('except')]
    console.log(numbers.map((n, idx) => String(n).padStart([5, 7, 13, 10, 12][idx])).join('') + '  ' + name)
}
for (const name of new Set(all.map(one => one.table))) rowOf(all.filter(one => one.table === name), name)
rowOf(all, 'all (contexts: go_contexts_test.c)')
const reasons = {}
for (const one of all) if (one.kind === 'except') reasons[one.want.replace(/:.*/, '')] = (reasons[one.want.replace(/:.*/, '')] ?? 0) + 1
console.log('exceptions: ' + Object.entries(reasons).sort((a, b) => b[1] - a[1]).map(([why, n]) => `${why} ${n}`).join(', '))
console.log(`${pages.length - failed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
