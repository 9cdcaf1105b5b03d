import { testHttpAdapter } from '@retake/testing'
import { describe, it } from 'vitest'
import { retakeMiddleware } from './index.ts'
import { buildHttpApp } from './testing/http-app.ts'
import { serve } from './testing/serve.ts'
import { silence } from './testing/silence.ts'

silence(/ReplayMissError/)

testHttpAdapter(
  'hono on @hono/node-server',
  (app, retake, options) => serve(buildHttpApp(app, retakeMiddleware(retake, options)).fetch),
  { describe, it },
)
