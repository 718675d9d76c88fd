// firefox_test.mjs - fields_test.mjs in Firefox.     node tests/www/firefox_test.mjs [part of a name]
process.env.BROWSER = 'firefox';
await import('./fields_test.mjs');
