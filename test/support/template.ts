/** Makes the migrated database that test files copy: a dump at the path given, or a template on the server. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { prepare } from '../../src/prepare.ts';
import { connect } from '../../src/store/connect.ts';

const server = process.env.TEST_DATABASE_URL;
const dump = process.argv[2];
if (server) {
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  await admin.query('drop database if exists toan_trinh_template with (force)');
  await admin.query('create database toan_trinh_template');
  await admin.end();
  const url = new URL(server);
  url.pathname = '/toan_trinh_template';
  const connection = await connect({ databaseUrl: url.href, dataDir: '' });
  await prepare(connection.db, Date.now);
  await connection.close();
} else if (dump) {
  const connection = await connect({
    databaseUrl: null,
    dataDir: mkdtempSync(join(tmpdir(), 'toan-trinh-template-')),
  });
  await prepare(connection.db, Date.now);
  writeFileSync(dump, await connection.dump());
  await connection.close();
}
