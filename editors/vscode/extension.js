// Starts the language server of the `ratebook` command for price books.
'use strict';
const vscode = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

let client;

async function activate() {
  const [command, ...args] = vscode.workspace.getConfiguration('ratebook').get('command');
  client = new LanguageClient(
    'ratebook',
    'Ratebook',
    { command, args },
    { documentSelector: [{ language: 'ratebook' }] },
  );
  await client.start();
}

async function deactivate() {
  if (client) await client.stop();
}

module.exports = { activate, deactivate };
