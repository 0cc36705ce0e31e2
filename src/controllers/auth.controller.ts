import type { RequestHandler } from 'express';
import {
  ForgotPassword,
  Refresh,
  ResendCode,
  ResetPassword,
  RevokeSession,
  SignIn,
  SignUp,
  VerifyEmail,
} from '../contracts/auth';
import { input } from '../middlewares/accepts';
import { caller } from '../middlewares/authenticated';
import { originOf } from '../middlewares/limit';
import type { Services } from '../services/services';

export function authController({ accounts }: Pick<Services, 'accounts'>) {
  const { sessions, passwords } = accounts;

  const signUp: RequestHandler = async (request, response) => {
    const { body } = input(SignUp, response);
    response.status(202).json(await accounts.signUp.signUp(body, originOf(request)));
  };

  const verifyEmail: RequestHandler = async (request, response) => {
    const { body } = input(VerifyEmail, response);
    response.json(await accounts.signUp.verify(body, originOf(request)));
  };

  const resendCode: RequestHandler = async (request, response) => {
    const { body } = input(ResendCode, response);
    await accounts.signUp.resend(body.email, originOf(request));
    response.status(202).end();
  };

  const signIn: RequestHandler = async (request, response) => {
    const { body } = input(SignIn, response);
    response.json(await accounts.signIn.signIn(body, originOf(request)));
  };

  const refresh: RequestHandler = async (_request, response) => {
    const { body } = input(Refresh, response);
    response.json({ tokens: await sessions.refresh(body.refreshToken) });
  };

  const signOut: RequestHandler = async (_request, response) => {
    await sessions.signOut(caller(response));
    response.status(204).end();
  };

  const signOutEverywhere: RequestHandler = async (_request, response) => {
    await sessions.signOutEverywhere(caller(response));
    response.status(204).end();
  };

  const forgotPassword: RequestHandler = async (request, response) => {
    const { body } = input(ForgotPassword, response);
    await passwords.forgot(body.email, originOf(request));
    response.status(202).end();
  };

  const resetPassword: RequestHandler = async (request, response) => {
    const { body } = input(ResetPassword, response);
    await passwords.reset(body, originOf(request));
    response.status(204).end();
  };

  const listSessions: RequestHandler = async (_request, response) => {
    response.json({ items: await sessions.list(caller(response)) });
  };

  const revokeSession: RequestHandler = async (_request, response) => {
    const { params } = input(RevokeSession, response);
    await sessions.revoke(caller(response), params.sessionId);
    response.status(204).end();
  };

  return {
    signUp,
    verifyEmail,
    resendCode,
    signIn,
    refresh,
    signOut,
    signOutEverywhere,
    forgotPassword,
    resetPassword,
    listSessions,
    revokeSession,
  };
}
