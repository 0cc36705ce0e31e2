-- Every conversation there is so far is a private chat, and has two members.
ALTER TABLE `conversation`
    ADD COLUMN `title` VARCHAR(128) NULL,
    ADD COLUMN `titleKey` VARCHAR(255) NULL,
    ADD COLUMN `description` VARCHAR(1000) NULL,
    ADD COLUMN `avatarKey` CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
    ADD COLUMN `ownerId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
    ADD COLUMN `handle` VARCHAR(32) NULL,
    ADD COLUMN `handleKey` VARCHAR(32) NULL,
    ADD COLUMN `visibility` VARCHAR(16) NULL,
    ADD COLUMN `memberCount` INTEGER NOT NULL DEFAULT 2,
    ADD COLUMN `slowModeSeconds` INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN `signed` BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN `deletedAt` DATETIME(3) NULL,
    ADD UNIQUE INDEX `conversation_handle_key` (`handleKey`),
    ADD INDEX `conversation_owner` (`ownerId`),
    ADD INDEX `conversation_search` (`visibility`, `titleKey`),
    ADD INDEX `conversation_avatar` (`avatarKey`);

ALTER TABLE `membership`
    ADD COLUMN `bannedAt` DATETIME(3) NULL,
    ADD COLUMN `postedAt` DATETIME(3) NULL,
    ADD INDEX `membership_version` (`conversationId`, `version`),
    ADD INDEX `membership_ban` (`conversationId`, `bannedAt`),
    ADD INDEX `membership_role` (`conversationId`, `role`);

CREATE TABLE `invite` (
    `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `conversationId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `tokenHash` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `createdById` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `createdAt` DATETIME(3) NOT NULL,
    `expiresAt` DATETIME(3) NOT NULL,
    `maxUses` INTEGER NULL,
    `uses` INTEGER NOT NULL,
    `revokedAt` DATETIME(3) NULL,
    UNIQUE INDEX `invite_token_key` (`tokenHash`),
    INDEX `invite_conversation` (`conversationId`, `createdAt`),
    INDEX `invite_creator` (`createdById`),
    PRIMARY KEY (`id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `post_view` (
    `conversationId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `seq` INTEGER NOT NULL,
    `views` INTEGER NOT NULL,
    PRIMARY KEY (`conversationId`, `seq`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `conversation` ADD CONSTRAINT `conversation_owner_fk` FOREIGN KEY (`ownerId`) REFERENCES `user` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `invite` ADD CONSTRAINT `invite_conversation_fk` FOREIGN KEY (`conversationId`) REFERENCES `conversation` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `invite` ADD CONSTRAINT `invite_creator_fk` FOREIGN KEY (`createdById`) REFERENCES `user` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `post_view` ADD CONSTRAINT `post_view_conversation_fk` FOREIGN KEY (`conversationId`) REFERENCES `conversation` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
