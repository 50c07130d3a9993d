import { contract } from './contract.ts'

contract('sqlite')
