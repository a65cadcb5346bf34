import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { filesOf } from '../../edge/render.ts'
import { sampleEdge } from '../../edge/samples.ts'
import { ROOT } from '../../launch/places.mjs'
import type { CapturedFile } from '../../probes/captured.ts'
import { joinFiles } from '../../probes/captured.ts'

/** What a healthy host of staging says when it is captured, for tests to spoil one thing of it. */
const PS = [
  ['jobs', 'running', 'healthy', '', 'latchkey:0123456789ab'],
  ['postgres', 'running', 'healthy', '5432/tcp', 'postgres:17'],
  ['redis', 'running', 'healthy', '6379/tcp', 'redis:8'],
  ['server-a', 'running', 'healthy', '8000/tcp', 'latchkey:0123456789ab'],
  ['server-b', 'running', 'healthy', '8000/tcp', 'latchkey:0123456789ab'],
  [
    ...['traefik', 'running', 'healthy'],
    ...['0.0.0.0:80->80/tcp, [::]:80->80/tcp, 0.0.0.0:443->443/tcp, [::]:443->443/tcp', 'traefik:v3.6'],
  ],
]

const edgeFiles = filesOf(sampleEdge('staging'))
const compose = readFileSync(join(ROOT, 'compose.yaml'), 'utf8')

export const aCapture = (): Record<CapturedFile, string> => ({
  'edge/compose-ps.txt': PS.map((fields) => `${fields.join('\t')}\n`).join(''),
  'edge/compose.yaml': compose,
  'edge/compose-config.yaml': stringify(parse(compose, { merge: true }), { aliasDuplicateObjects: false }),
  'edge/traefik-env.txt': 'PATH=/usr/bin\n',
  'edge/traefik-static.yml': edgeFiles.find(({ path }) => path === 'traefik.yml')?.text ?? '',
  'edge/traefik-dynamic.yml': joinFiles(edgeFiles.filter(({ path }) => path.startsWith('dynamic/'))),
  'edge/traefik-ls.txt': '/acme:\n-rw-------    1 65532    65532        12034 Nov 22 00:50 le-staging.json\n',
  'edge/traefik-logs.txt': '{"level":"info","msg":"Configuration loaded"}\n',
  'jobs/jobs-health.json': '{"ok":true,"db_ok":true,"mail_ok":null}',
  'jobs/jobs-queues.json': '[{"name":"email.send","queued_count":0}]\n',
  'jobs/jobs.log': '{"msg":"working"}\n',
  'server/server-a.log': '{"msg":"listening"}\n',
  'server/server-b.log': '{"msg":"listening"}\n',
  'db/postgres.log': 'LOG:  database system is ready to accept connections\n',
})
