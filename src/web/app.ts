/** The web application: the order of its middleware and every address, in one list. */
import { join } from 'node:path';
import compression from 'compression';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { DECISIONS } from '../kpi/review.ts';
import { rootOf, seeingAllDrafts } from '../store/handles.ts';
import { publishedMonths } from '../store/months.ts';
import { answer, type DataPage, type Deps, type Format, refuse, unexpected } from './answer.ts';
import { fault, faultOfError } from './fault.ts';
import { isSameOrigin } from './guard.ts';
import { knowKey } from './key.ts';
import { longWork } from './long-work.ts';
import { onlySignedIn, onlyWho } from './only-signed-in.ts';
import {
  accountPage,
  enrolmentBegun,
  otherSessionsEnded,
  passwordChanged,
  recoveryCodesRenewed,
} from './pages/account.ts';
import { accountDisabled, accountInvited, accountRestarted, accountsPage } from './pages/accounts.ts';
import { adminPage } from './pages/admin.ts';
import { agenciesPage } from './pages/agencies.ts';
import { agencyPage } from './pages/agency.ts';
import { auditExport, auditPage, personalDataErased } from './pages/audit.ts';
import { cataloguePage } from './pages/catalogue.ts';
import { deadlineSet, deadlinesPage } from './pages/deadlines.ts';
import { decisionOn } from './pages/decisions.ts';
import { directivesPage } from './pages/directives.ts';
import { keyIssued, keyRevoked, keysPage } from './pages/keys.ts';
import { lateEntriesPage, lateEntryEnded, lateEntryGranted } from './pages/late-entries.ts';
import { lineagePage } from './pages/lineage.ts';
import { methodologyPage } from './pages/methodology.ts';
import { monthOverruled, monthPage, monthPublished, monthReopened, monthsPage } from './pages/months.ts';
import { movementPage } from './pages/movement.ts';
import { newObjectionPage, objectionRaised } from './pages/new-objection.ts';
import { newPasswordChosen, newPasswordPage, resetAsked, resetPage } from './pages/new-password.ts';
import {
  objectionAnswered,
  objectionFilePage,
  objectionPage,
  objectionWithdrawn,
} from './pages/objection.ts';
import { objectionsPage } from './pages/objections.ts';
import { openIdBegun, openIdEnded } from './pages/openid.ts';
import { overviewPage } from './pages/overview.ts';
import { problemsPage } from './pages/problems.ts';
import { publicServicePage } from './pages/public-service.ts';
import { publicServicesPage } from './pages/public-services.ts';
import { publicationPage, publicationsPage } from './pages/publications.ts';
import { qualityPage } from './pages/quality.ts';
import { rankingsPage } from './pages/rankings.ts';
import { receivedFilePage } from './pages/received-file.ts';
import { secondFactorGiven, secondFactorPage } from './pages/second-factor.ts';
import { signInAttempt, signInPage, signOutPage } from './pages/sign-in.ts';
import { submissionPage } from './pages/submission.ts';
import { submissionListPage } from './pages/submission-list.ts';
import { submissionsPage } from './pages/submissions.ts';
import { templatePage } from './pages/template.ts';
import { cancelledPage, uploadPage } from './pages/upload.ts';
import { workPage } from './pages/work.ts';
import { receiver, UPLOADS } from './receive.ts';
import { knowVisitor } from './visitor.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What a page may load: nothing but this server's own files. */
const SECURITY = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      fontSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  // Forms of our own pages must keep their Origin header, by which the guard knows them.
  referrerPolicy: { policy: 'same-origin' },
  xFrameOptions: { action: 'deny' },
  // The server itself speaks plain HTTP; whoever puts TLS before it sets this there.
  strictTransportSecurity: false,
});

/** Builds the application; it listens to nothing by itself. */
export function createApp(given: Deps): Express {
  // Nobody's drafts are shown by mistake; the pages of an office say themselves whose they show.
  const deps: Deps = { ...given, db: rootOf(given.db) };
  const inside: Deps = { ...given, db: seeingAllDrafts(given.db) };
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', deps.trustProxy ?? 0);
  app.use(SECURITY);
  app.use(sameOrigin(deps));
  app.use(compression());

  const robots = 'User-agent: *\nDisallow: /submissions\nDisallow: /sign-in\nDisallow: /reset\n';
  for (const [address, text] of [
    ['/healthz', 'ok'],
    ['/robots.txt', robots],
  ] as const) {
    app
      .route(address)
      .get((_req, res) => void res.type('text').send(text))
      .all(only(deps, READ));
  }
  app.route('/readyz').get(readiness(deps)).all(only(deps, READ));
  for (const [address, folder, maxAge] of STATIC) {
    app.use(address, express.static(join(ROOT, folder), { maxAge, index: false, redirect: false }));
  }

  // It must answer while an import holds the only connection of an embedded database.
  app.route('/submissions/cancelled').get(cancelledPage(deps)).all(only(deps, READ));
  app.use(knowVisitor(deps));
  app.use(knowKey(deps));
  app.route('/sign-in').get(signInPage(deps)).post(FORM, signInAttempt(deps)).all(only(deps, READ_POST));
  app.route('/sign-out').post(signOutPage(deps)).all(only(deps, 'POST'));
  app
    .route('/sign-in/second-factor')
    .get(secondFactorPage(deps))
    .post(FORM, secondFactorGiven(deps))
    .all(only(deps, READ_POST));
  if (deps.openId) {
    app.route('/sign-in/oidc').get(openIdBegun(deps, deps.openId)).all(only(deps, READ));
    app.route('/sign-in/oidc/callback').get(openIdEnded(deps, deps.openId)).all(only(deps, READ));
  }
  app.route('/reset').get(resetPage(deps)).post(FORM, resetAsked(deps)).all(only(deps, READ_POST));
  for (const purpose of ['invitation', 'reset'] as const) {
    app
      .route(`/${purpose}/:token`)
      .get(newPasswordPage(deps, purpose))
      .post(FORM, newPasswordChosen(deps, purpose))
      .all(only(deps, READ_POST));
  }
  app.route('/account').get(accountPage(deps)).all(only(deps, READ));
  for (const [address, handler] of [
    ['/account/password', passwordChanged],
    ['/account/second-factor', enrolmentBegun],
    ['/account/recovery-codes', recoveryCodesRenewed],
    ['/account/sessions', otherSessionsEnded],
  ] as const) {
    app.route(address).post(FORM, handler(deps)).all(only(deps, 'POST'));
  }
  app.route('/admin').get(onlyWho(inside, 'answer_objection'), adminPage(inside)).all(only(inside, READ));
  app.use('/admin/accounts', onlyWho(deps, 'manage_accounts'));
  app
    .route('/admin/accounts')
    .get(accountsPage(deps))
    .post(FORM, accountInvited(deps))
    .all(only(deps, READ_POST));
  app.route('/admin/accounts/:id/disable').post(FORM, accountDisabled(deps)).all(only(deps, 'POST'));
  app.route('/admin/accounts/:id/restart').post(FORM, accountRestarted(deps)).all(only(deps, 'POST'));

  // Nothing but the way in is left to who is not signed in, and not even which addresses there are.
  if (deps.publicPages === false) app.use(onlySignedIn(deps));
  const data = <D extends object>(address: string, page: DataPage<D>, twin = address): void => {
    for (const format of ['json', 'csv', 'html'] as const satisfies readonly Format[]) {
      const path = format === 'html' ? address : `${twin}.${format}`;
      app
        .route(path)
        .get(answer(deps, page, format))
        .all(only(deps, READ));
    }
  };
  data('/', overviewPage, '/overview');
  data('/rankings', rankingsPage);
  data('/agencies', agenciesPage);
  data('/agencies/:code', agencyPage);
  data('/agencies/:code/quality', qualityPage);
  data('/agencies/:code/movement', movementPage);
  data('/services', publicServicesPage);
  data('/services/:code', publicServicePage);
  data('/catalogues/:code', cataloguePage);
  data('/lineage', lineagePage);
  data('/directives', directivesPage);
  data('/methodology', methodologyPage);
  data('/publications', publicationsPage);
  for (const format of ['json', 'csv', 'zip', 'html'] as const) {
    const path = `/publications/:period${format === 'html' ? '' : `.${format}`}`;
    app.route(path).get(publicationPage(deps, format)).all(only(deps, READ));
  }

  app.use('/months', onlyWho(inside, 'publish'));
  app.route('/months').get(monthsPage(inside)).all(only(inside, READ));
  app.route('/months/:period').get(monthPage(inside)).all(only(inside, READ));
  for (const [deed, handler] of [
    ['publish', monthPublished],
    ['overrule', monthOverruled],
    ['reopen', monthReopened],
  ] as const) {
    app.route(`/months/:period/${deed}`).post(TEXTS, handler(inside)).all(only(inside, 'POST'));
  }
  app.use('/objections', onlyWho(inside, 'see_objection'));
  app
    .route('/objections')
    .get(onlyWho(deps, 'object'), objectionsPage(deps, false))
    .post(onlyWho(inside, 'object'), TEXTS, objectionRaised(inside))
    .all(only(inside, READ_POST));
  app
    .route('/objections/new')
    .get(onlyWho(inside, 'object'), newObjectionPage(inside))
    .all(only(inside, READ));
  app.route('/objections/:id').get(objectionPage(inside)).all(only(inside, READ));
  app.route('/objections/:id/file').get(objectionFilePage(inside)).all(only(inside, READ));
  app.route('/objections/:id/answer').post(TEXTS, objectionAnswered(inside)).all(only(inside, 'POST'));
  app.route('/objections/:id/withdraw').post(TEXTS, objectionWithdrawn(inside)).all(only(inside, 'POST'));
  app
    .route('/admin/objections')
    .get(onlyWho(inside, 'answer_objection'), objectionsPage(inside, true))
    .all(only(inside, READ));

  const run = longWork(inside);
  app.use(['/submissions', '/submissions.json'], onlyWho(inside, 'see_submission'));
  app.route('/submissions/new').get(onlyWho(inside, 'submit'), uploadPage(inside)).all(only(inside, READ));
  app.route('/submissions.json').get(submissionListPage(inside, 'json')).all(only(inside, READ));
  app
    .route('/submissions')
    .get(submissionListPage(inside, 'html'))
    .post(onlyWho(inside, 'submit'), submissionsPage(inside, receiver(inside.uploads ?? UPLOADS), run))
    .all(only(inside, READ_POST));
  app.route('/submissions/template.xlsx').get(templatePage(inside)).all(only(inside, READ));
  for (const format of ['xlsx', 'csv'] as const) {
    app
      .route(`/submissions/:id/problems.${format}`)
      .get(problemsPage(inside, format))
      .all(only(inside, READ));
  }
  app.route('/submissions/:id/file').get(receivedFilePage(inside)).all(only(inside, READ));
  app.route('/submissions/:id.json').get(submissionPage(inside, 'json')).all(only(inside, READ));
  app.route('/submissions/:id').get(submissionPage(inside, 'html')).all(only(inside, READ));
  for (const decision of DECISIONS) {
    app
      .route(`/submissions/:id/${decision}`)
      .post(FORM, decisionOn(inside, decision, run))
      .all(only(inside, 'POST'));
  }

  for (const format of ['json', 'html'] as const)
    app
      .route(format === 'html' ? '/work' : '/work.json')
      .all(onlySignedIn(inside))
      .get(workPage(inside, format))
      .all(only(inside, READ));
  app
    .route('/admin/late-entries')
    .all(onlyWho(deps, 'grant_late_entry'))
    .get(lateEntriesPage(deps))
    .post(FORM, lateEntryGranted(deps))
    .all(only(deps, READ_POST));
  app
    .route('/admin/late-entries/:id/end')
    .all(onlyWho(deps, 'grant_late_entry'))
    .post(FORM, lateEntryEnded(deps))
    .all(only(deps, 'POST'));
  app
    .route('/admin/deadlines')
    .all(onlyWho(deps, 'set_deadline'))
    .get(deadlinesPage(deps))
    .post(FORM, deadlineSet(deps))
    .all(only(deps, READ_POST));

  // Guards stand on the addresses themselves: below a prefix they would not know in what form to refuse.
  const keyAdmins = onlyWho(deps, 'manage_keys');
  app
    .route('/admin/keys')
    .all(keyAdmins)
    .get(keysPage(deps))
    .post(FORM, keyIssued(deps))
    .all(only(deps, READ_POST));
  app.route('/admin/keys/:id/revoke').all(keyAdmins).post(FORM, keyRevoked(deps)).all(only(deps, 'POST'));
  const readers = onlyWho(deps, 'read_audit');
  app.route('/admin/audit').all(readers).get(auditPage(deps)).all(only(deps, READ));
  for (const format of ['csv', 'json'] as const)
    app.route(`/admin/audit.${format}`).all(readers).get(auditExport(deps, format)).all(only(deps, READ));
  app.route('/admin/audit/erase').all(readers).post(FORM, personalDataErased(deps)).all(only(deps, 'POST'));

  app.use((req, res) => refuse(deps, req, res, fault('unknown_page')));
  app.use(mishap(deps));
  return app;
}

const READ = 'GET, HEAD';
const READ_POST = 'GET, HEAD, POST';
/** The few fields of a form without a file. */
const FORM = express.urlencoded({ extended: false, limit: 10_000, parameterLimit: 10 });

/** Fields with a text of some length; letters of Vietnamese take up to nine bytes. */
const TEXTS = express.urlencoded({ extended: false, limit: 50_000, parameterLimit: 10 });

/** Files served as they are: ours may change with any release, those of packages only with their version. */
const STATIC = [
  ['/fonts', 'node_modules/@fontsource/be-vietnam-pro/files', '30d'],
  ['/vendor', 'node_modules/chart.js/dist', '1d'],
  ['/', 'public', '1h'],
] as const;

function sameOrigin(deps: Deps): RequestHandler {
  return async (req, res, next) => {
    if (isSameOrigin(req)) next();
    else await refuse(deps, req, res, fault('cross_origin'));
  };
}

function readiness(deps: Deps): RequestHandler {
  return async (_req, res) => {
    try {
      await publishedMonths(deps.db);
      res.type('text').send('ok');
    } catch (error) {
      deps.log.warn({ err: error }, 'the database does not answer');
      res.status(503).type('text').send('the database does not answer');
    }
  };
}

/** Refuses every method that an address has no handler for. */
function only(deps: Deps, allowed: string): RequestHandler {
  return async (req, res) => {
    res.set('Allow', allowed);
    await refuse(deps, req, res, fault('wrong_method', { value: req.method }));
  };
}

/** The last resort: what was thrown becomes a refusal, or a logged error with a number. */
function mishap(deps: Deps): ErrorRequestHandler {
  return (error, req, res, next) => {
    // Who has gone away needs no answer, and did nothing wrong.
    if (res.destroyed || (req.destroyed && !req.complete)) return;
    if (res.headersSent) return next(error);
    return refuse(deps, req, res, faultOfError(error) ?? unexpected(deps, req, error));
  };
}
