export {
  amount,
  count,
  listOf,
  oneOf,
  optional,
  shape,
  text,
  time,
  type Check,
  type Fields,
} from './journal/checks.ts'
export { totals } from './journal/validate.ts'
