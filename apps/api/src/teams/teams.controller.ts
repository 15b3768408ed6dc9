import { Body, Controller, Delete, Get, Inject, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { visibleTeamIds } from '#libs/access/authorize.js';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { Can, SignedIn } from '#libs/access/declaration.js';
import { CurrentCaller, CurrentTeam, type Access } from '#libs/access/request.js';
import { pageQuery, type Page, type PageQuery } from '#libs/contracts/api/common.js';
import {
  newTeam,
  teamChange,
  teamPage,
  teamUse,
  teamView,
  type NewTeam,
  type TeamChange,
  type TeamUse,
  type TeamView,
} from '#libs/contracts/api/teams.js';
import { BerthError } from '#libs/core/errors.js';
import type { Role } from '#libs/core/roles.js';
import type { Db } from '#libs/store/db.js';
import { membershipsOf } from '#libs/store/members.js';
import { DB } from '#libs/store/store.module.js';
import {
  createTeam,
  deleteTeam,
  listTeams,
  renameTeam,
  teamWithCounts,
  type TeamWithCounts,
} from '#libs/store/teams.js';
import { teamUseOf } from '#libs/store/team-use.js';
import { Answers } from '../http/answers.js';
import { cursorKey, page } from '../http/cursor.js';

@ApiTags('Teams')
@Controller('v1/teams')
export class TeamsController {
  constructor(@Inject(DB) private readonly db: Db) {}

  @Get()
  @SignedIn('read')
  @Answers('List one’s teams; administrators see all', teamPage)
  async list(
    @CurrentCaller() caller: Caller,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<Page<TeamView>> {
    const ids = await visibleTeamIds(this.db, caller);
    const roles = new Map((await membershipsOf(this.db, caller.user.id)).map((m) => [m.teamId, m.role]));
    return page(query, {
      name: 'teams',
      parse: cursorKey.name,
      fetch: (after, take) => listTeams(this.db, ids, { after, take }),
      keyOf: (row) => row.slug,
      view: (rows) => rows.map((row) => teamViewOf(row, roles.get(row.id) ?? null)),
    });
  }

  @Post()
  @SignedIn('admin')
  @Answers('Create a team; the caller becomes its owner', teamView, 201)
  async create(@CurrentCaller() caller: Caller, @Body({ schema: newTeam }) body: NewTeam): Promise<TeamView> {
    if (caller.teamId !== null)
      throw new BerthError(
        'scope_too_narrow',
        'This token is good for one team only; use one without a team.',
      );
    const wanted = { slug: body.slug, name: body.name ?? body.slug, ownerId: caller.user.id };
    const team = await createTeam(this.db, wanted, actorOf(caller));
    return teamViewOf(await teamWithCounts(this.db, team.id), 'owner');
  }

  @Get(':team')
  @Can('team.read')
  @Answers('One team', teamView)
  async show(@CurrentTeam() { team, role }: Access): Promise<TeamView> {
    return teamViewOf(await teamWithCounts(this.db, team.id), role);
  }

  @Get(':team/use')
  @Can('team.read')
  @Answers('What a team’s apps use now: containers, CPU, memory, requests of the last hour', teamUse)
  async use(@CurrentTeam() { team }: Access): Promise<TeamUse> {
    const { _count } = await teamWithCounts(this.db, team.id);
    const { byStatus, traffic } = await teamUseOf(this.db, team.id, new Date());
    const sum = (key: 'cpu' | 'cpuLimit' | 'memory' | 'memoryLimit'): number =>
      byStatus.reduce((total, row) => total + row[key], 0);
    return {
      apps: _count.apps,
      instances: Object.fromEntries(byStatus.map(({ status, instances }) => [status, instances])),
      ...{ cpu: sum('cpu'), cpuLimit: sum('cpuLimit') },
      ...{ memoryBytes: sum('memory'), memoryLimitBytes: sum('memoryLimit') },
      ...traffic,
    };
  }

  @Patch(':team')
  @Can('team.write')
  @Answers('Rename a team; its slug stays', teamView)
  async change(
    @CurrentTeam() { team, role }: Access,
    @CurrentCaller() caller: Caller,
    @Body({ schema: teamChange }) body: TeamChange,
  ): Promise<TeamView> {
    await renameTeam(this.db, team.id, body.name, actorOf(caller));
    return teamViewOf(await teamWithCounts(this.db, team.id), role);
  }

  @Delete(':team')
  @Can('team.write')
  @Answers('Delete a team that has no apps', null)
  delete(@CurrentTeam() { team }: Access, @CurrentCaller() caller: Caller): Promise<void> {
    return deleteTeam(this.db, team.id, actorOf(caller));
  }
}

function teamViewOf(row: TeamWithCounts, role: Role | null): TeamView {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    role,
    members: row._count.members,
    apps: row._count.apps,
    createdAt: row.createdAt.toISOString(),
  };
}
