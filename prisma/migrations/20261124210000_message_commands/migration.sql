ALTER TABLE `message`
    ADD COLUMN `replyToSeq` INTEGER NULL,
    ADD COLUMN `pinnedAt` DATETIME(3) NULL,
    ADD INDEX `message_pinned` (`conversationId`, `pinnedAt`);

CREATE TABLE `message_revision` (
    `conversationId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `seq` INTEGER NOT NULL,
    `version` INTEGER NOT NULL,
    `content` MEDIUMTEXT NOT NULL,
    `writtenAt` DATETIME(3) NOT NULL,
    PRIMARY KEY (`conversationId`, `seq`, `version`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `hidden_message` (
    `userId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `conversationId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `seq` INTEGER NOT NULL,
    `myVersion` INTEGER NOT NULL,
    INDEX `hidden_message_version` (`userId`, `conversationId`, `myVersion`),
    INDEX `hidden_message_message` (`conversationId`, `seq`),
    PRIMARY KEY (`userId`, `conversationId`, `seq`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `message_revision` ADD CONSTRAINT `message_revision_message_fk` FOREIGN KEY (`conversationId`, `seq`) REFERENCES `message` (`conversationId`, `seq`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `hidden_message` ADD CONSTRAINT `hidden_message_user_fk` FOREIGN KEY (`userId`) REFERENCES `user` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `hidden_message` ADD CONSTRAINT `hidden_message_message_fk` FOREIGN KEY (`conversationId`, `seq`) REFERENCES `message` (`conversationId`, `seq`) ON DELETE CASCADE ON UPDATE CASCADE;
