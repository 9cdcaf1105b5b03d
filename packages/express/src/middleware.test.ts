import { testHttpAdapter } from '@retake/testing'
import { describe, it } from 'vitest'
import { retakeMiddleware } from './index.ts'
import { buildHttpApp } from './testing/http-app.ts'
import { serve } from './testing/serve.ts'

testHttpAdapter(
  'express',
  (app, retake, options) => serve(buildHttpApp(app, retakeMiddleware(retake, options))),
  { describe, it },
)
