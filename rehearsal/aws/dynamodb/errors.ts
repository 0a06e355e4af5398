import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { saying } from '../sdk-words.ts';

export const validation = (message: string) =>
  new DynamoDBServiceException({ name: 'ValidationException', $fault: 'client', ...saying(message) });
