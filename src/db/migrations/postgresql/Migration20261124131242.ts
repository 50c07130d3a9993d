import { Migration } from '@mikro-orm/migrations';

export class Migration20261124131242 extends Migration {

  override name = 'Migration20261124131242';

  override up(): void | Promise<void> {
    this.addSql(`create table "bulletin" ("id" serial primary key, "code" varchar(12) not null, "kind" varchar(10) not null, "state" varchar(12) not null, "training" boolean not null, "content" jsonb not null, "audience" jsonb not null, "version" int not null, "library_id" varchar(10) null, "written_by" int not null, "submitted_by" int null, "approved_by" int null, "rule" jsonb null, "next_at" timestamptz null, "series" jsonb null, "times_sent" int not null, "plan" jsonb null, "made_from" int null, "about" int null, "about_code" varchar(12) null, "relation" varchar(12) null, "fan_out_after" varchar(40) null, "changing" varchar(6) null, "changed_up_to" int null, "state_before" varchar(12) null, "created_at" timestamptz not null, "changed_at" timestamptz not null, "published_at" timestamptz null, "finished_at" timestamptz null, "withdrawn_at" timestamptz null);`);
    this.addSql(`alter table "bulletin" add constraint "bulletin_code_unique" unique ("code");`);
    this.addSql(`create index "bulletin_state_next_at_index" on "bulletin" ("state", "next_at");`);
    this.addSql(`create index "bulletin_published_at_index" on "bulletin" ("published_at");`);
    this.addSql(`create index "bulletin_about_index" on "bulletin" ("about");`);

    this.addSql(`create table "bulletin_history" ("id" serial primary key, "bulletin_id" int not null, "at" timestamptz not null, "by" int null, "deed" varchar(12) not null, "note" text null, "version" int not null, "content" jsonb null, "audience" jsonb null);`);
    this.addSql(`create index "bulletin_history_bulletin_id_id_index" on "bulletin_history" ("bulletin_id", "id");`);

    this.addSql(`create table "bulletin_post" ("id" serial primary key, "bulletin_id" int not null, "place" varchar(120) not null, "state" varchar(10) not null, "task" varchar(8) not null, "lane" varchar(80) not null, "due_at" timestamptz null, "attempts" int not null default 0, "leased_until" timestamptz null, "memory" jsonb not null, "link" text null, "last_problem" text null);`);
    this.addSql(`create index "bulletin_post_due_at_index" on "bulletin_post" ("due_at");`);
    this.addSql(`create index "bulletin_post_lane_id_index" on "bulletin_post" ("lane", "id");`);
    this.addSql(`alter table "bulletin_post" add constraint "bulletin_post_bulletin_id_place_unique" unique ("bulletin_id", "place");`);

    this.addSql(`create table "delivery" ("id" serial primary key, "bulletin_id" int not null, "channel" varchar(20) not null, "address_key" varchar(40) null, "state" varchar(12) not null, "task" varchar(6) not null default 'send', "why" varchar(12) null, "due_at" timestamptz not null, "attempts" int not null default 0, "message_id" varchar(64) null, "done_at" timestamptz null);`);
    this.addSql(`create index "delivery_bulletin_id_channel_due_at_id_index" on "delivery" ("bulletin_id", "channel", "due_at", "id") where "state" = 'due';`);
    this.addSql(`create index "delivery_bulletin_id_channel_due_at_address_key_index" on "delivery" ("bulletin_id", "channel", "due_at", "address_key") where "state" = 'digest';`);
    this.addSql(`create index "delivery_channel_id_index" on "delivery" ("channel", "id") where "state" = 'on-the-wire';`);
    this.addSql(`alter table "delivery" add constraint "delivery_bulletin_id_address_key_unique" unique ("bulletin_id", "address_key");`);

    this.addSql(`create table "delivery_count" ("bulletin_id" int not null, "channel" varchar(20) not null, "state" varchar(12) not null, "why" varchar(12) not null, "n" int not null, primary key ("bulletin_id", "channel", "state", "why"));`);

    this.addSql(`create table "officer" ("id" serial primary key, "name" varchar(120) not null, "role" varchar(20) not null, "localities" jsonb not null, "language" varchar(2) not null, "ended_at" timestamptz null, "address_key" varchar(40) null, "sealed" text null, "link_tag" varchar(40) null, "link_until" timestamptz null);`);
    this.addSql(`alter table "officer" add constraint "officer_name_unique" unique ("name");`);
    this.addSql(`alter table "officer" add constraint "officer_address_key_unique" unique ("address_key");`);

    this.addSql(`create table "officer_message" ("id" serial primary key, "officer_id" int not null, "bulletin_id" int not null, "channel" varchar(20) not null, "address_key" varchar(40) not null, "state" varchar(4) not null, "message_id" varchar(64) null, "shown" varchar(40) not null);`);
    this.addSql(`create index "officer_message_state_channel_index" on "officer_message" ("state", "channel");`);
    this.addSql(`alter table "officer_message" add constraint "officer_message_bulletin_id_officer_id_unique" unique ("bulletin_id", "officer_id");`);

    this.addSql(`create table "push_subscription" ("endpoint_key" varchar(40) not null, "address_key" varchar(40) not null, "sealed" text not null, "language" varchar(2) not null, "agreed_at" timestamptz not null, primary key ("endpoint_key"));`);
    this.addSql(`create index "push_subscription_address_key_index" on "push_subscription" ("address_key");`);

    this.addSql(`create table "subscriber_place" ("commune" varchar(5) not null, "address_key" varchar(40) not null, primary key ("commune", "address_key"));`);
    this.addSql(`create index "subscriber_place_address_key_commune_index" on "subscriber_place" ("address_key", "commune");`);

    this.addSql(`alter table "subscriber" add "topic_bits" int not null default 0, add "everywhere" boolean not null default true, add "level" int not null default 0, add "frequency" varchar(8) not null default 'at-once';`);
    this.addSql(`create index "subscriber_audience_index" on "subscriber" ("channel", "everywhere", "frequency", "level", "quiet_from", "quiet_to", "topic_bits", "left_at");`);
    this.addSql(`create index "subscriber_fan_out_index" on "subscriber" ("address_key", "channel", "everywhere", "frequency", "level", "quiet_from", "quiet_to", "topic_bits", "left_at");`);
    // Who subscribed before is counted like the others; by hand.
    this.addSql(`update subscriber set topic_bits = (case when topics::text like '%"scams"%' then 1 else 0 end) + (case when topics::text like '%"traffic"%' then 2 else 0 end) + (case when topics::text like '%"drugs"%' then 4 else 0 end) + (case when topics::text like '%"children"%' then 8 else 0 end) + (case when topics::text like '%"law"%' then 16 else 0 end) + (case when topics::text like '%"warnings"%' then 32 else 0 end), everywhere = (localities::text = '[]');`);
    this.addSql(`insert into subscriber_place (commune, address_key) select distinct place, subscriber.address_key from subscriber, jsonb_array_elements_text(subscriber.localities) as place;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "bulletin" cascade;`);
    this.addSql(`drop table if exists "bulletin_history" cascade;`);
    this.addSql(`drop table if exists "bulletin_post" cascade;`);
    this.addSql(`drop table if exists "delivery" cascade;`);
    this.addSql(`drop table if exists "delivery_count" cascade;`);
    this.addSql(`drop table if exists "officer" cascade;`);
    this.addSql(`drop table if exists "officer_message" cascade;`);
    this.addSql(`drop table if exists "push_subscription" cascade;`);
    this.addSql(`drop table if exists "subscriber_place" cascade;`);

    this.addSql(`drop index "subscriber_audience_index";`);
    this.addSql(`drop index "subscriber_fan_out_index";`);
    this.addSql(`alter table "subscriber" drop column "topic_bits", drop column "everywhere", drop column "level", drop column "frequency";`);
  }

}
