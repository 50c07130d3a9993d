import { contract } from './contract.ts'

contract('postgresql')
