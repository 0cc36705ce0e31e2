import type { RequestHandler } from 'express';
import { CreateReport, GetReport, HandleReport, ListReports } from '../contracts/reports';
import { input } from '../middlewares/accepts';
import { actingAdmin } from '../middlewares/admins-only';
import { caller } from '../middlewares/authenticated';
import type { Services } from '../services/services';

export function reportsController({ reports, reportHandling }: Pick<Services, 'reports' | 'reportHandling'>) {
  const create: RequestHandler = async (_request, response) => {
    const { body } = input(CreateReport, response);
    const { report, isNew } = await reports.report(caller(response), body);
    response.status(isNew ? 201 : 200).json(report);
  };

  const list: RequestHandler = async (request, response) => {
    const { query } = input(ListReports, response);
    response.json(await reportHandling.list(actingAdmin(request, response), query));
  };

  const get: RequestHandler = async (request, response) => {
    const { params } = input(GetReport, response);
    response.json(await reportHandling.get(actingAdmin(request, response), params.reportId));
  };

  const handle: RequestHandler = async (request, response) => {
    const { params, body } = input(HandleReport, response);
    response.json(await reportHandling.handle(actingAdmin(request, response), params.reportId, body));
  };

  return { create, list, get, handle };
}
