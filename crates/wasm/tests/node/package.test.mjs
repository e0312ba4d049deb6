// The JavaScript package in Node: it must say what the command line says, byte for byte.
// `cargo xtask test --only node` builds both and names them in the environment.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

const { POSTPROOF_PACKAGE: directory, POSTPROOF_CLI: program } = process.env;
const postproof = await import(pathToFileURL(join(directory, 'postproof.js')));
postproof.initSync({ module: readFileSync(join(directory, 'postproof_bg.wasm')) });

// Fixtures are read as standard input, so that neither side looks for the files that they name.
const fixtures = (function files(dir) {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    return entry.isDirectory() ? files(path) : [path];
  });
})('tests/fixtures').sort();

const cli = (command, lang, input) => {
  const args = [command, '-', '--format', 'json', '--lang', lang];
  const run = spawnSync(program, args, { input, encoding: 'utf8', maxBuffer: 1 << 30 });
  assert.equal(run.error, undefined);
  return run;
};

// A whole report as the message of a failure helps nobody.
const same = (ours, theirs) => {
  const [left, right] = [ours.split('\n'), theirs.split('\n')];
  const line = left.findIndex((text, index) => text !== right[index]);
  assert.ok(ours === theirs, `line ${line + 1}: package: ${left[line]}, command line: ${right[line]}`);
};

test('there are fixtures', () => assert.ok(fixtures.length > 0));

for (const fixture of fixtures) {
  for (const lang of ['en', 'ko']) {
    test(`${fixture} (${lang}) gives the same JSON as the command line`, () => {
      const text = new Uint8Array(readFileSync(fixture));
      const input = [{ path: '<stdin>', text }];
      const check = cli('check', lang, text);
      const ours = postproof.checkJson(input, { lang });
      if (check.status === 2) {
        // The command line refuses input without configuration; the package reports nothing in it.
        assert.match(check.stderr, /\S/);
        assert.equal(JSON.parse(ours).summary.findings, 0);
        return;
      }
      same(ours, check.stdout);
      same(JSON.stringify(postproof.check(input, { lang })), JSON.stringify(JSON.parse(check.stdout)));
      same(postproof.explainJson(input, { lang }), cli('explain', lang, text).stdout);
    });
  }
}

test('TypeScript is told of every key', () => {
  const types = readFileSync(join(directory, 'postproof.d.ts'), 'utf8');
  const keys = new Set();
  const collect = (value) => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (value && typeof value === 'object') {
      for (const [key, inner] of Object.entries(value)) {
        keys.add(key);
        collect(inner);
      }
    }
  };
  for (const fixture of fixtures) collect(postproof.check(new Uint8Array(readFileSync(fixture))));
  const missing = [...keys].filter((key) => !new RegExp(`\\b${key}: `).test(types));
  assert.deepEqual(missing, []);
});

test('a mistake is an error that says what there is', () => {
  assert.throws(() => postproof.check('', { lang: 'de' }), /`en` and `ko`/);
  assert.throws(() => postproof.check('', { postfixVersion: '1.0' }), /3\.7/);
  assert.throws(() => postproof.check(42), /neither a string nor bytes/);
});
