CREATE TABLE `message_search` (
    `id` BIGINT NOT NULL AUTO_INCREMENT,
    `conversationId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `seq` INTEGER NOT NULL,
    `tokens` MEDIUMTEXT NOT NULL,
    UNIQUE INDEX `message_search_key` (`conversationId`, `seq`),
    FULLTEXT INDEX `message_search_tokens` (`tokens`),
    PRIMARY KEY (`id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `search_progress` (
    `conversationId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `indexedVersion` INTEGER NOT NULL,
    PRIMARY KEY (`conversationId`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
