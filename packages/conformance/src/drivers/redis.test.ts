import { Redis } from 'ioredis'
import { createClient, createClientPool } from 'redis'
import { REDIS } from './servers.ts'
import { testDriver, withServer } from './test-driver.ts'

withServer(REDIS, (server) => {
  testDriver('redis', server, {
    open: async (port) => {
      const url = `redis://127.0.0.1:${port}`
      const client = createClient({ url })
      const subscriber = createClient({ url })
      const pool = createClientPool({ url }, { minimum: 10, maximum: 10 })
      await Promise.all([client.connect(), subscriber.connect(), pool.connect()])
      return { client, subscriber, pool }
    },
    close: ({ client, subscriber, pool }) =>
      Promise.all([client.close(), subscriber.close(), pool.close()]),
    own: {
      'client.echo()': async ({ client }, number, answered) =>
        answered(await client.echo(String(number))),
      'client.echo().then()': ({ client }, number, answered) =>
        client.echo(String(number)).then(answered),
      'multi().exec()': async ({ client }, number, answered) => {
        const key = `redis ${number}`
        const [, value] = await client.multi().set(key, number).get(key).exec()
        return answered(value)
      },
      'pool.echo()': async ({ pool }, number, answered) =>
        answered(await pool.echo(String(number))),
    },
    byConnection: {
      'subscribe(fn)': ({ client, subscriber }, number, answered) =>
        new Promise((resolve, reject) => {
          subscriber
            .subscribe(`redis ${number}`, (message) => resolve(answered(message)))
            .then(() => client.publish(`redis ${number}`, String(number)))
            .catch(reject)
        }),
    },
    byQueue: {
      'pool.execute(fn)': ({ pool }, number, answered) =>
        pool.execute(async (client) => answered(await client.echo(String(number)))),
    },
  })

  testDriver('ioredis', server, {
    open: async (port) => {
      const client = new Redis(port, '127.0.0.1')
      const batching = new Redis(port, '127.0.0.1', { enableAutoPipelining: true })
      const subscriber = new Redis(port, '127.0.0.1').setMaxListeners(0)
      await Promise.all([client.ping(), batching.ping(), subscriber.ping()])
      return { client, batching, subscriber }
    },
    close: ({ client, batching, subscriber }) =>
      Promise.all([client.quit(), batching.quit(), subscriber.quit()]),
    own: {
      'client.echo()': async ({ client }, number, answered) =>
        answered(await client.echo(String(number))),
      'client.echo().then()': ({ client }, number, answered) =>
        client.echo(String(number)).then(answered),
      'client.echo(callback)': ({ client }, number, answered) =>
        new Promise((resolve) => {
          void client.echo(String(number), (_error, value) => resolve(answered(value)))
        }),
      'pipeline().exec()': async ({ client }, number, answered) => {
        const answers = await client.pipeline().echo(String(number)).exec()
        return answered(answers?.[0]?.[1])
      },
      'pipeline().exec(callback)': ({ client }, number, answered) =>
        new Promise((resolve, reject) => {
          client
            .pipeline()
            .echo(String(number))
            .exec((_error, answers) => resolve(answered(answers?.[0]?.[1])))
            .catch(reject)
        }),
      'multi().exec()': async ({ client }, number, answered) => {
        const answers = await client.multi().echo(String(number)).exec()
        return answered(answers?.[0]?.[1])
      },
      'automatic pipelines': async ({ batching }, number, answered) =>
        answered(await batching.echo(String(number))),
      'automatic pipelines, with a callback': ({ batching }, number, answered) =>
        new Promise((resolve) => {
          void batching.echo(String(number), (_error, value) => resolve(answered(value)))
        }),
    },
    byConnection: {
      'on("message")': ({ client, subscriber }, number, answered) =>
        new Promise((resolve, reject) => {
          subscriber.on('message', (channel, message) => {
            if (channel === `ioredis ${number}`) resolve(answered(message))
          })
          subscriber
            .subscribe(`ioredis ${number}`)
            .then(() => client.publish(`ioredis ${number}`, String(number)))
            .catch(reject)
        }),
    },
    byQueue: {},
  })
})
