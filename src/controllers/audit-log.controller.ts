import type { RequestHandler } from 'express';
import { ListAuditLog } from '../contracts/audit';
import { input } from '../middlewares/accepts';
import type { Services } from '../services/services';

export function auditLogController({ administration: { auditLog } }: Pick<Services, 'administration'>) {
  const list: RequestHandler = async (_request, response) => {
    const { query } = input(ListAuditLog, response);
    response.json(await auditLog.list(query));
  };

  return { list };
}
