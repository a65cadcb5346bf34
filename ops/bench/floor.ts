import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import pg from 'pg'

/**
 * The floor that `session-read` compares with: a bare node:http server that answers the same question with the
 * same join, prepared once a connection, and does nothing else.
 */
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 })
const JOIN = {
  name: 'floor',
  text: `select s.id as session_id, s.family_id, u.id, u.email, u.is_email_verified, u.display_name, u.avatar_url,
      u.created_at, u.last_login_at, p.bio,
      array(select role from user_roles where user_id = u.id order by role) as roles,
      extract(epoch from s.expires_at - now())::float8 as seconds_left,
      extract(epoch from now() - s.last_seen_at)::float8 as seconds_since_seen
    from sessions s join users u on u.id = s.user_id left join profiles p on p.user_id = u.id
    where s.token_hash = $1 and s.revoked_at is null and s.expires_at > now() and u.status = 'active'`,
}
type Row = Record<
  'id' | 'email' | 'is_email_verified' | 'display_name' | 'avatar_url' | 'bio' | 'roles',
  unknown
> &
  Record<'created_at', Date> &
  Record<'last_login_at', Date | null>

createServer((req, res) => {
  const token = /latchkey_session=([\w-]{43})/.exec(req.headers.cookie ?? '')?.[1] ?? ''
  pool
    .query<Row>({ ...JOIN, values: [createHash('sha256').update(token).digest()] })
    .then(({ rows: [row] }) => {
      res.writeHead(row ? 200 : 401, { 'Content-Type': 'application/json; charset=utf-8' })
      res.end(row ? JSON.stringify(toMe(row)) : '{}')
    })
    .catch(() => res.writeHead(503).end())
}).listen(Number(process.env['SERVER_PORT']), '127.0.0.1')

const toMe = (row: Row) => ({
  id: row.id,
  email: row.email,
  isEmailVerified: row.is_email_verified,
  displayName: row.display_name,
  avatarUrl: row.avatar_url,
  bio: row.bio,
  roles: row.roles,
  createdAt: row.created_at.toISOString(),
  lastLoginAt: row.last_login_at?.toISOString() ?? null,
})
