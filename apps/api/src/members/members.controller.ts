import { Body, Controller, Delete, Get, Inject, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { Can } from '#libs/access/declaration.js';
import { hashPassword } from '#libs/access/passwords.js';
import { CurrentCaller, CurrentTeam, type Access } from '#libs/access/request.js';
import { newPasswordText } from '#libs/access/secrets.js';
import { pageQuery, type Page, type PageQuery } from '#libs/contracts/api/common.js';
import {
  addedMember,
  memberChange,
  memberPage,
  memberView,
  newMember,
  type AddedMember,
  type MemberChange,
  type MemberView,
  type NewMember,
} from '#libs/contracts/api/members.js';
import type { Role } from '#libs/core/roles.js';
import type { Db } from '#libs/store/db.js';
import { addMember, changeRole, membersOf, removeMember, type MemberRow } from '#libs/store/members.js';
import { DB } from '#libs/store/store.module.js';
import { Answers } from '../http/answers.js';
import { cursorKey, page } from '../http/cursor.js';
import { IdParam } from '../http/params.js';

@ApiTags('Members')
@Controller('v1/teams/:team/members')
export class MembersController {
  constructor(@Inject(DB) private readonly db: Db) {}

  @Get()
  @Can('member.read')
  @Answers('List a team’s members', memberPage)
  list(
    @CurrentTeam() { team }: Access,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<Page<MemberView>> {
    return page(query, {
      name: 'members',
      parse: cursorKey.uuid,
      fetch: (after, take) => membersOf(this.db, team.id, { after, take }),
      keyOf: (row) => row.userId,
      view: (rows) => rows.map(memberViewOf),
    });
  }

  @Post()
  @Can('member.write')
  @Answers('Add a member; creates the user, with a password shown once, if there is none', addedMember, 201)
  async add(
    @CurrentTeam() { team }: Access,
    @CurrentCaller() caller: Caller,
    @Body({ schema: newMember }) body: NewMember,
  ): Promise<AddedMember> {
    const password = newPasswordText();
    const { member, created } = await addMember(
      this.db,
      {
        teamId: team.id,
        email: body.email,
        name: body.name ?? body.email.split('@', 1)[0] ?? body.email,
        role: body.role,
        passwordHash: await hashPassword(password),
      },
      actorOf(caller),
    );
    return { member: memberViewOf(member), password: created ? password : null };
  }

  @Patch(':userId')
  @Can('member.write')
  @Answers('Change a member’s role', memberView)
  async change(
    @CurrentTeam() { team }: Access,
    @CurrentCaller() caller: Caller,
    @IdParam('userId') userId: string,
    @Body({ schema: memberChange }) body: MemberChange,
  ): Promise<MemberView> {
    return memberViewOf(
      await changeRole(this.db, { teamId: team.id, userId, role: body.role }, actorOf(caller)),
    );
  }

  @Delete(':userId')
  @Can('member.write')
  @Answers('Remove a member; the user stays', null)
  remove(
    @CurrentTeam() { team }: Access,
    @CurrentCaller() caller: Caller,
    @IdParam('userId') userId: string,
  ): Promise<void> {
    return removeMember(this.db, { teamId: team.id, userId }, actorOf(caller));
  }
}

function memberViewOf({ userId, role, createdAt, user }: MemberRow): MemberView {
  return {
    userId,
    email: user.email,
    name: user.name,
    role: role as Role,
    createdAt: createdAt.toISOString(),
  };
}
