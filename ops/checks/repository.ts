import { type Finding, wrong } from './finding.ts'
import type { TrackedFile } from './tracked-files.ts'

const MB = 1024 * 1024
const MOST_BYTES = 5 * MB

/** Larger ones that there is a reason for, each with it. */
const LARGE: Readonly<Record<string, string>> = {}

type Rule = { breaks: (file: TrackedFile) => boolean; what: string; next: (path: string) => string }

const untrack = (path: string): string => `git rm --cached -- '${path}'`
const change = (path: string): string =>
  `take it out of ${path}, and make it worthless where it is used: git remembers`

/** What no repository of ours tracks (U4). */
const RULES: readonly Rule[] = [
  {
    breaks: ({ path }) => /(^|\/)docker-compose[^/]*$/i.test(path),
    what: 'is a second compose file: there is one, compose.yaml',
    next: untrack,
  },
  { breaks: ({ path }) => /\.(exe|dll|msi)$/i.test(path), what: 'is a program', next: untrack },
  {
    breaks: ({ path, executable }) => executable && !path.includes('/'),
    what: 'can be executed, at the root',
    next: (path) => `git update-index --chmod=-x -- '${path}'`,
  },
  {
    breaks: ({ path, size }) => size > MOST_BYTES && !(path in LARGE),
    what: 'is larger than 5 MB',
    next: (path) => `${untrack(path)}, or give the reason in LARGE of ops/checks/repository.ts`,
  },
  {
    breaks: ({ path }) => /(^|\/)\.env(\.(?!example$)[^/]+)?$|(^|\/)deploy\.env$|^secrets\//.test(path),
    what: 'is for secrets',
    next: untrack,
  },
  {
    breaks: ({ path }) => /\.(pem|key|p12|pfx|jks|kdbx)$|(^|\/)id_(rsa|dsa|ecdsa|ed25519)$/i.test(path),
    what: 'is a key by its name',
    next: untrack,
  },
]

/** Tokens that tell by their shape whose they are. Example values of the docs are shorter, or say so. */
const TOKENS: readonly [whose: string, shape: RegExp][] = [
  ['a private key', /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/=\s]{64,}/],
  ['a token of DigitalOcean', /\bdo[opr]_v1_[a-f0-9]{64}\b/],
  ['a key of AWS', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/],
  ['a token of GitHub', /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{60,})\b/],
  ['a token of GitLab', /\bglpat-[\w-]{20,}\b/],
  ['a token of npm', /\bnpm_[A-Za-z0-9]{36}\b/],
  ['a token of Slack', /\bxox[abprs]-[A-Za-z0-9-]{20,}\b/],
  ['a key of Google', /\bAIza[\w-]{35}\b/],
  ['a key of Stripe', /\b[rs]k_live_[A-Za-z0-9]{20,}\b/],
  ['a token of SendGrid', /\bSG\.[\w-]{22}\.[\w-]{43}\b/],
  ['a signed token', /\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\.[\w-]{20,}/],
]

/** Lines that keep such files away before anybody has to look. */
const IGNORED = [
  '.env',
  'deploy.env',
  '/secrets/',
  'docker-compose*',
  '*.exe',
  'local_run_logs/',
  'node_modules/',
] as const

export function repositoryFindings(files: readonly TrackedFile[]): Finding[] {
  return [
    ...files.flatMap((file) => [...ruleFindings(file), ...tokenFindings(file)]),
    ...registryFindings(files),
    ...backingFindings(files),
  ]
}

const ruleFindings = (file: TrackedFile): Finding[] =>
  RULES.filter(({ breaks }) => breaks(file)).map(({ what, next }) => wrong(file.path, what, next(file.path)))

function tokenFindings(file: TrackedFile): Finding[] {
  if (file.size > MOST_BYTES) return []
  const text = file.text()
  return TOKENS.filter(([, shape]) => shape.test(text)).map(([whose]) =>
    wrong(file.path, `holds ${whose}`, change(file.path)),
  )
}

/** A lockfile that names a registry works where that one is reached, and sends everybody there. */
function registryFindings(files: readonly TrackedFile[]): Finding[] {
  const locks = files.filter(({ path }) => /(^|\/)(package-lock\.json|npm-shrinkwrap\.json)$/.test(path))
  const settings = files.filter(({ path }) => /(^|\/)\.npmrc$/.test(path))
  return [
    ...locks
      .filter((file) => /"resolved": "https?:/.test(file.text()))
      .map(({ path }) => wrong(path, 'names a registry', 'npm install --omit-lockfile-registry-resolved')),
    ...settings
      .filter((file) => /^[^#;\n]*(registry *=|_auth|_password)/m.test(file.text()))
      .map(({ path }) => wrong(path, 'names a registry, or who we are to it', `move that line to ~/.npmrc`)),
  ]
}

function backingFindings(files: readonly TrackedFile[]): Finding[] {
  const linesOf = (path: string) =>
    files
      .find((file) => file.path === path)
      ?.text()
      .split('\n') ?? []
  const ignored = linesOf('.gitignore')
  const missing = IGNORED.filter((line) => !ignored.includes(line))
  const isEven = linesOf('.gitattributes').some((line) => /^\* +text=auto\b/.test(line))
  return [
    ...missing.map((line) =>
      wrong('.gitignore', `does not keep ${line} out`, `echo '${line}' >> .gitignore`),
    ),
    ...(isEven
      ? []
      : [
          wrong(
            '.gitattributes',
            'does not say how lines end',
            "echo '* text=auto eol=lf' >> .gitattributes",
          ),
        ]),
  ]
}
