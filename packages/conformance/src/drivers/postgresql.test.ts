import { AsyncResource } from 'node:async_hooks'
import { detached, recorded } from '@retake/core'
import pg from 'pg'
import postgres from 'postgres'
import { expect, it } from 'vitest'
import { createTestRetake, record } from '../lab.ts'
import { callsOf } from './experiment.ts'
import { POSTGRESQL } from './servers.ts'
import { testDriver, withServer } from './test-driver.ts'

const CONNECTIONS = 5
const TEXT = 'select $1::int as number'

const urlOf = (port: number) => `postgres://test@127.0.0.1:${port}/postgres`

withServer(POSTGRESQL, (server) => {
  testDriver<pg.Pool>('pg', server, {
    open: async (port) => {
      const pool = new pg.Pool({ connectionString: urlOf(port), max: CONNECTIONS })
      // All connections are opened by the session that runs this.
      const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => pool.connect()))
      for (const client of clients) client.release()
      return pool
    },
    close: (pool) => pool.end(),
    own: {
      'pool.query()': async (pool, number, answered) => {
        const { rows } = await pool.query(TEXT, [number])
        return answered(rows[0].number)
      },
      'pool.query().then()': (pool, number, answered) =>
        pool.query(TEXT, [number]).then(({ rows }) => answered(rows[0].number)),
      'transaction of a client': async (pool, number, answered) => {
        const client = await pool.connect()
        try {
          await client.query('begin')
          const { rows } = await client.query(TEXT, [number])
          const noted = await answered(rows[0].number)
          await client.query('commit')
          return noted
        } finally {
          client.release()
        }
      },
    },
    byConnection: {
      'pool.query(callback)': (pool, number, answered) =>
        new Promise((resolve) => {
          pool.query(TEXT, [number], (_error, { rows }) => resolve(answered(rows[0].number)))
        }),
      'client.query(callback)': async (pool, number, answered) => {
        const client = await pool.connect()
        return new Promise((resolve) => {
          client.query(TEXT, [number], (_error, { rows }) => {
            client.release()
            resolve(answered(rows[0].number))
          })
        })
      },
      'query.on("row")': async (pool, number, answered) => {
        const client = await pool.connect()
        return new Promise((resolve) => {
          const query = client.query(new pg.Query<{ number: number }, [number]>(TEXT, [number]))
          query.on('row', (row) => resolve(answered(row.number)))
          query.on('end', () => client.release())
        })
      },
    },
    byQueue: {
      'pool.connect(callback)': (pool, number, answered) =>
        new Promise((resolve) => {
          pool.connect((_error, _client, release) => {
            release()
            resolve(answered(number))
          })
        }),
    },
  })

  it.each([
    { bound: false, heard: CONNECTIONS },
    { bound: true, heard: 0 },
  ])('pg calls pool.on("connect") in sessions, bound: $bound', async ({ bound, heard }) => {
    const retake = createTestRetake()
    const greet = recorded('tool', 'greet', async () => 'hello')
    const listener = () => void greet()
    const { value: pool } = await record(retake, async () =>
      new pg.Pool({ connectionString: urlOf(server().port), max: CONNECTIONS }).on(
        'connect',
        bound ? detached(() => AsyncResource.bind(listener)) : listener,
      ),
    )

    const users = await Promise.all(
      Array.from({ length: 2 * CONNECTIONS }, () => record(retake, () => pool.query('select 1'))),
    )
    await pool.end()

    const calls = await callsOf(
      retake,
      users.map(({ id }) => id),
    )
    expect(calls.filter((found) => found.startsWith('greet'))).toHaveLength(heard)
  })

  testDriver<postgres.Sql>('postgres', server, {
    open: async (port) => {
      const sql = postgres(urlOf(port), { max: CONNECTIONS })
      const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => sql.reserve()))
      for (const client of clients) client.release()
      return sql
    },
    close: (sql) => sql.end(),
    own: {
      'sql``': async (sql, number, answered) => {
        const [row] = await sql`select ${number}::int as number`
        return answered(row!['number'])
      },
      'sql``.then()': (sql, number, answered) =>
        sql`select ${number}::int as number`.then(([row]) => answered(row!['number'])),
      'sql.begin(fn)': async (sql, number, answered) =>
        sql.begin(async (transaction) => {
          const [row] = await transaction`select ${number}::int as number`
          return answered(row!['number'])
        }),
      'for await of cursor()': async (sql, number, answered) => {
        const noted: string[] = []
        for await (const [row] of sql`select ${number}::int as number`.cursor(1))
          noted.push(await answered(row!['number']))
        return noted.join()
      },
    },
    byConnection: {
      'forEach(fn)': (sql, number, answered) =>
        new Promise((resolve, reject) => {
          sql`select ${number}::int as number`
            .forEach((row) => resolve(answered(row['number'])))
            .catch(reject)
        }),
      'cursor(fn)': (sql, number, answered) =>
        new Promise((resolve, reject) => {
          sql`select ${number}::int as number`
            .cursor(1, ([row]) => resolve(answered(row!['number'])))
            .catch(reject)
        }),
      'listen(fn)': (sql, number, answered) =>
        new Promise((resolve, reject) => {
          sql
            .listen(`channel_${number}`, (payload) => resolve(answered(Number(payload))))
            .then(() => sql.notify(`channel_${number}`, String(number)))
            .catch(reject)
        }),
    },
    byQueue: {},
  })
})
