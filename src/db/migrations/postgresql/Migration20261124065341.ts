import { Migration } from '@mikro-orm/migrations';

export class Migration20261124065341 extends Migration {

  override name = 'Migration20261124065341';

  override up(): void | Promise<void> {
    this.addSql(`create table "address_link" ("tip_id" varchar(36) not null, "link_key" varchar(40) not null, "sealed" text not null, "expires_on" varchar(10) not null, primary key ("tip_id"));`);
    this.addSql(`create index "address_link_link_key_index" on "address_link" ("link_key");`);
    this.addSql(`create index "address_link_expires_on_index" on "address_link" ("expires_on");`);

    this.addSql(`create table "attachment" ("id" serial primary key, "public_id" varchar(36) not null, "tip_id" varchar(36) not null, "lane" varchar(80) not null, "due_at" timestamptz null, "attempts" int not null default 0, "leased_until" timestamptz null, "state" varchar(16) not null, "source" text null, "sealed_about" text null, "copy_bytes" int not null default 0, "original_bytes" int not null default 0);`);
    this.addSql(`create index "attachment_tip_id_id_index" on "attachment" ("tip_id", "id");`);
    this.addSql(`create index "attachment_due_at_index" on "attachment" ("due_at");`);
    this.addSql(`create index "attachment_lane_id_index" on "attachment" ("lane", "id");`);
    this.addSql(`alter table "attachment" add constraint "attachment_public_id_unique" unique ("public_id");`);

    this.addSql(`create table "chat_line" ("id" serial primary key, "address_key" varchar(40) not null, "from" varchar(8) not null, "once" varchar(64) not null, "sealed" text not null, "until" timestamptz not null);`);
    this.addSql(`create index "chat_line_address_key_id_index" on "chat_line" ("address_key", "id");`);
    this.addSql(`create index "chat_line_until_index" on "chat_line" ("until");`);
    this.addSql(`alter table "chat_line" add constraint "chat_line_address_key_once_unique" unique ("address_key", "once");`);

    this.addSql(`create table "conversation" ("address_key" varchar(40) not null, "memory" text not null, "memory_until" timestamptz not null, "standing" text null, "standing_until" timestamptz null, primary key ("address_key"));`);
    this.addSql(`create index "conversation_memory_until_index" on "conversation" ("memory_until");`);
    this.addSql(`create index "conversation_standing_until_index" on "conversation" ("standing_until");`);

    this.addSql(`create table "counter" ("day" varchar(10) not null, "what" varchar(40) not null, "count" int not null, primary key ("day", "what"));`);

    this.addSql(`create table "handoff" ("id" serial primary key, "webhook_id" varchar(64) not null, "type" varchar(32) not null, "on" varchar(10) not null, "tip_id" varchar(36) not null, "message_id" int null, "attachment_id" int null, "lane" varchar(80) not null, "due_at" timestamptz null, "attempts" int not null default 0, "leased_until" timestamptz null, "state" varchar(16) not null, "last_problem" varchar(80) null, "reference" varchar(200) null);`);
    this.addSql(`create index "handoff_due_at_index" on "handoff" ("due_at");`);
    this.addSql(`create index "handoff_lane_id_index" on "handoff" ("lane", "id");`);
    this.addSql(`create index "handoff_tip_id_index" on "handoff" ("tip_id");`);
    this.addSql(`create index "handoff_state_index" on "handoff" ("state");`);
    this.addSql(`alter table "handoff" add constraint "handoff_webhook_id_unique" unique ("webhook_id");`);

    this.addSql(`create table "lease" ("name" varchar(80) not null, "holder" varchar(64) not null, "held_until" bigint not null, primary key ("name"));`);

    this.addSql(`create table "pause" ("account" varchar(40) not null, "until" timestamptz not null, primary key ("account"));`);

    this.addSql(`create table "reply" ("id" serial primary key, "channel" varchar(20) not null, "lane" varchar(80) not null, "due_at" timestamptz null, "attempts" int not null default 0, "leased_until" timestamptz null, "sealed" text not null, "once" varchar(40) not null, "until" timestamptz not null);`);
    this.addSql(`create index "reply_due_at_index" on "reply" ("due_at");`);
    this.addSql(`create index "reply_lane_id_index" on "reply" ("lane", "id");`);
    this.addSql(`create index "reply_until_index" on "reply" ("until");`);

    this.addSql(`create table "run" ("key" varchar(120) not null, "job" varchar(60) not null, "started_at" timestamptz not null, "finished_at" timestamptz null, primary key ("key"));`);
    this.addSql(`create index "run_job_started_at_index" on "run" ("job", "started_at");`);

    this.addSql(`create table "seen" ("source" varchar(20) not null, "update_id" varchar(128) not null, "at" timestamptz not null, primary key ("source", "update_id"));`);
    this.addSql(`create index "seen_at_index" on "seen" ("at");`);

    this.addSql(`create table "set_aside" ("id" serial primary key, "lane" varchar(80) not null, "due_at" timestamptz null, "attempts" int not null default 0, "leased_until" timestamptz null, "once" varchar(40) not null, "sealed" text not null, "until" timestamptz not null);`);
    this.addSql(`create index "set_aside_due_at_index" on "set_aside" ("due_at");`);
    this.addSql(`create index "set_aside_lane_id_index" on "set_aside" ("lane", "id");`);
    this.addSql(`create index "set_aside_until_index" on "set_aside" ("until");`);

    this.addSql(`create table "subscriber" ("address_key" varchar(40) not null, "channel" varchar(20) not null, "sealed" text not null, "language" varchar(2) not null, "topics" jsonb not null, "localities" jsonb not null, "quiet_from" int not null, "quiet_to" int not null, "agreed_at" timestamptz not null, "agreed_to" varchar(20) not null, "left_at" timestamptz null, primary key ("address_key"));`);

    this.addSql(`create table "thread_message" ("id" serial primary key, "public_id" varchar(36) not null, "tip_id" varchar(36) not null, "from" varchar(16) not null, "kind" varchar(24) not null, "on" varchar(10) not null, "for_units" text not null, "for_reporter" text null);`);
    this.addSql(`create index "thread_message_tip_id_id_index" on "thread_message" ("tip_id", "id");`);
    this.addSql(`alter table "thread_message" add constraint "thread_message_public_id_unique" unique ("public_id");`);

    this.addSql(`create table "tip" ("id" varchar(36) not null, "locator" varchar(7) not null, "access_hash" varchar(64) not null, "reporter_recipient" varchar(80) not null, "status" varchar(32) not null, "category" varchar(32) not null, "commune" varchar(8) null, "source" varchar(20) not null, "received_on" varchar(10) not null, "transfer_by" varchar(10) not null, "notice_by" varchar(10) not null, "decide_by" varchar(10) not null, "unit" varchar(64) not null, "units" jsonb not null, "sealed" text not null, primary key ("id"));`);
    this.addSql(`create index "tip_status_received_on_index" on "tip" ("status", "received_on");`);
    this.addSql(`create index "tip_received_on_index" on "tip" ("received_on");`);
    this.addSql(`alter table "tip" add constraint "tip_locator_unique" unique ("locator");`);

    this.addSql(`create table "tip_history" ("id" serial primary key, "tip_id" varchar(36) not null, "on" varchar(10) not null, "from" varchar(32) null, "to" varchar(32) not null, "by" varchar(64) not null, "reason" varchar(200) null);`);
    this.addSql(`create index "tip_history_tip_id_id_index" on "tip_history" ("tip_id", "id");`);

    this.addSql(`create table "wrong_code" ("who" varchar(40) not null, "tries" int not null, "wait_until" timestamptz not null, "until" timestamptz not null, primary key ("who"));`);
    this.addSql(`create index "wrong_code_until_index" on "wrong_code" ("until");`);

    this.addSql(`create table "zalo_signature" ("name" varchar(40) not null, "count" int not null, "last_at" timestamptz not null, primary key ("name"));`);

    this.addSql(`create table "zalo_token" ("oa_id" varchar(40) not null, "sealed" text not null, "version" int not null, "access_until" timestamptz null, "since" timestamptz not null, "leased_until" bigint not null default '0', "holder" varchar(64) null, "begun_at" timestamptz null, "refused_at" timestamptz null, "seeds" text not null, primary key ("oa_id"));`);

    this.addSql(`create table "zalo_window" ("address_key" varchar(40) not null, "last_interaction_at" timestamptz null, "closed_at" timestamptz null, "offers" text null, primary key ("address_key"));`);
    this.addSql(`create index "zalo_window_last_interaction_at_index" on "zalo_window" ("last_interaction_at");`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "address_link" cascade;`);
    this.addSql(`drop table if exists "attachment" cascade;`);
    this.addSql(`drop table if exists "chat_line" cascade;`);
    this.addSql(`drop table if exists "conversation" cascade;`);
    this.addSql(`drop table if exists "counter" cascade;`);
    this.addSql(`drop table if exists "handoff" cascade;`);
    this.addSql(`drop table if exists "lease" cascade;`);
    this.addSql(`drop table if exists "pause" cascade;`);
    this.addSql(`drop table if exists "reply" cascade;`);
    this.addSql(`drop table if exists "run" cascade;`);
    this.addSql(`drop table if exists "seen" cascade;`);
    this.addSql(`drop table if exists "set_aside" cascade;`);
    this.addSql(`drop table if exists "subscriber" cascade;`);
    this.addSql(`drop table if exists "thread_message" cascade;`);
    this.addSql(`drop table if exists "tip" cascade;`);
    this.addSql(`drop table if exists "tip_history" cascade;`);
    this.addSql(`drop table if exists "wrong_code" cascade;`);
    this.addSql(`drop table if exists "zalo_signature" cascade;`);
    this.addSql(`drop table if exists "zalo_token" cascade;`);
    this.addSql(`drop table if exists "zalo_window" cascade;`);
  }

}
