import type { Values } from '../flags.ts'

/** What a deploy may be told. docs/DEPLOY.md explains each. */
export const TOOL = {
  usage: 'npm run deploy --',
  says: 'Brings the pushed branch to the droplet, looks whether it is good, and goes back if it is not.',
  flags: {
    full: {
      says: 'Make the droplet with all that belongs to it in the cloud, if it is not there, and deploy to it.',
    },
    'update-only': { says: 'Bring a droplet that is there up to date. Data stays.' },
    rollback: { says: 'Go back to what ran before.' },
    preflight: { says: 'First look at all that a deploy stands on, as `npm run preflight` does.' },
    'run-tests': {
      says: 'Run the suites of server, jobs and client over there, before anything is touched.',
    },
    'all-tests': { says: 'All that can be asked: --preflight, --run-tests and --check-jobs.' },
    'dry-run': {
      says: 'Say each command that it would take, and change nothing; git learns how far the branch is pushed.',
    },
    'no-rollback': { says: 'Leave what failed as it is, to be looked at.' },
    'break-lock': { says: 'Take over the lock of somebody who is gone.' },
    watch: { takes: 'SECONDS', says: 'How long to look whether it stays well; 300.' },
    settings: { takes: 'FILE', says: 'The settings of the deploy; deploy.env.' },
    env: { takes: 'FILE', says: 'What the processes are told, without secrets; app.env.' },
    host: {
      takes: 'ADDRESS',
      says: 'Where the droplet is; else DEPLOY_HOST, the last deploy, the provider, its name.',
    },
    'typed-host': {
      takes: 'NAME',
      says: 'WEBSITE_DOMAIN once more, to get certificates that the world believes (ENV=prod).',
    },
    'check-jobs': { says: 'Also send a job through the queue, and wait for the worker to have done it.' },
    message: { takes: 'TEXT', says: 'Why, for whoever meets the lock or reads the report.' },
    timestamped: { says: 'A run folder of its own for this run.' },
    strict: { says: 'What was not checked counts as failed.' },
    verbose: { says: 'Everything that the steps say.' },
    json: { says: 'The report on stdout, and nothing else.' },
  },
} as const
export type Given = Values<(typeof TOOL)['flags']>
