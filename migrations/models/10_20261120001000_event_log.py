"""The event log's versions, causes and readers, and the read models that are made out of it."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
ALTER TABLE "domain_events" ADD "stream_version" INT, ADD "causation_id" UUID;
UPDATE "domain_events" SET "stream_version" = numbered."version" FROM (
    SELECT "position", row_number() OVER (PARTITION BY "stream_id" ORDER BY "position") AS "version" FROM "domain_events"
) AS numbered WHERE numbered."position" = "domain_events"."position";
ALTER TABLE "domain_events" ALTER "stream_version" SET NOT NULL;
ALTER TABLE "domain_events" ADD CONSTRAINT "uid_domain_even_stream__49093a" UNIQUE ("stream_id", "stream_version");
DROP INDEX "idx_domain_even_stream__270deb";

-- By hand: what the models cannot say.
ALTER TABLE "event_counter" ADD "pruned_to" BIGINT NOT NULL DEFAULT 0, ADD "pruned_before" TIMESTAMPTZ;
COMMENT ON COLUMN "event_counter"."pruned_to" IS 'Events up to here may be gone: nobody can go on from before it.';
CREATE FUNCTION append_events(fresh JSONB) RETURNS BIGINT LANGUAGE plpgsql AS $$
DECLARE
    last BIGINT;
BEGIN
    -- From here on every other writer waits: what the statement below counts is as it will be when this has committed.
    UPDATE event_counter SET position = position + jsonb_array_length(fresh)
    RETURNING position - jsonb_array_length(fresh) INTO last;
    INSERT INTO domain_events
        (position, id, type, stream_id, stream_version, owner_id, actor_id, correlation_id, causation_id,
         schema_version, payload, occurred_at)
    SELECT last + event.ordinal, event.id, event.type, event.stream_id,
           coalesce((SELECT max(stream_version) FROM domain_events WHERE stream_id = event.stream_id), 0)
               + row_number() OVER (PARTITION BY event.stream_id ORDER BY event.ordinal),
           event.owner_id, event.actor_id, event.correlation_id, event.causation_id, 1,
           CASE WHEN event.type LIKE 'notification%' THEN event.payload || jsonb_build_object('unread_count', (
               SELECT count(*) FROM notifications WHERE user_id = event.owner_id AND read_at IS NULL
           )) ELSE event.payload END,
           event.occurred_at
    FROM ROWS FROM (jsonb_to_recordset(fresh) AS
        (id UUID, type TEXT, stream_id UUID, owner_id UUID, actor_id UUID, correlation_id TEXT, causation_id UUID,
         payload JSONB, occurred_at TIMESTAMPTZ)) WITH ORDINALITY AS event
        (id, type, stream_id, owner_id, actor_id, correlation_id, causation_id, payload, occurred_at, ordinal)
    ORDER BY event.ordinal;
    RETURN last;
END $$;
CREATE TABLE "event_consumers" (
    "name" VARCHAR(64) NOT NULL PRIMARY KEY,
    "position" BIGINT NOT NULL
);
COMMENT ON TABLE "event_consumers" IS 'How far each consumer of the event log has come.';
CREATE TABLE "download_counts" (
    "owner_id" UUID NOT NULL,
    "status" VARCHAR(16) NOT NULL,
    "count" INT NOT NULL,
    PRIMARY KEY ("owner_id", "status")
);
COMMENT ON TABLE "download_counts" IS 'Read model: how many downloads a person has in each state.';
CREATE TABLE "download_days" (
    "day" DATE NOT NULL PRIMARY KEY,
    "completed" INT NOT NULL DEFAULT 0,
    "failed" INT NOT NULL DEFAULT 0,
    "bytes" BIGINT NOT NULL DEFAULT 0
);
COMMENT ON TABLE "download_days" IS 'Read model: what became of downloads, day by day (UTC).';
"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
DROP TABLE "download_days";
DROP TABLE "download_counts";
DROP TABLE "event_consumers";
DROP FUNCTION append_events(JSONB);
ALTER TABLE "event_counter" DROP "pruned_to", DROP "pruned_before";
CREATE INDEX "idx_domain_even_stream__270deb" ON "domain_events" ("stream_id", "position");
ALTER TABLE "domain_events" DROP CONSTRAINT "uid_domain_even_stream__49093a";
ALTER TABLE "domain_events" DROP "stream_version", DROP "causation_id";
"""


MODELS_STATE = (
    "eJztXW1z2zYS/isYfWnvRuex5Zfk0pubkRPlzr3U7sXKXXtJR4JIyEJNAiwARtG0+e8HgJ"
    "T4TpOMXigGH5raAJaEH4DA7oPdxe89l9rI4Sdv6AMmryF2fIZ47wX4vUegi+QP+Q36oAc9"
    "L6pWBQLOHC3hqKaTebztjAsGLSFr59DhSBbZiFsMewJTomTUk5ENtCgHdA4oQQBaFvWJAJ"
    "QFv9q2fB4HmAAIGF2egCn3Z78iS0wB5rJsAfnixboZkiUMAUJn1F59w4GggCFon6j+2NSS"
    "HcLkYf+v9gn+zUcTQR+QWCAmO/D+F1mMiY0+aeT1r97jZI6RYydGAtvqAbp8IlaeLnv37u"
    "bVa91S/VmziUUd3yVRa28lFpRsmvs+tk+UjKp7QAQxKJAdGxbiO044juuioMeyQDAfbbpq"
    "RwU2mkPfUYPb+9vcJ5YaU6DeNPEFllPHoq4HxYkqefb3sJ8xmcnk9m48uR+NJ5NeZmKo/q"
    "QGLCyyKFGTChOh5+vn4LkROsEsVi94+c/h22/Pr/6k8aBcPARTXGPX+6wFoYCBqB6BCPJw"
    "kLO4v1xAlo97TCQFvuzubmBfg7QDWHsu/DRxEHkQC/nr1UUJzP8ZvtVIX11opKn84IP14D"
    "asGegqBXgEsP7KsvDeEJGP7qZ9ClsclNbFdl0QgRutT/tA90F14i+Ds4tnF8/Pry6eyya6"
    "o5uSZyWA39yOU2g6kIsJzMHzlcREYBflgxoTS8Fqh3In6x+OEOQSBMc3P4zux8MfflSPdz"
    "n/zdFgDccjVTPQpatU6bdXqem9eQj47834n0D9Cv53dztKLzebduP/9VSfoC/ohNDlRO4a"
    "MUzWxeuiz2o/mD/GlidVMIPW4xIye5KpoQNa1DZb5Q7cdAkk8EEPkkJT9TNUAO7lxhYgn9"
    "EN1lWlWgEPGlXUB+7kpqt3ZLn96h3YRh+xJRtCYgMsOHCwLJSbNUNzie9C7rGPiPDs7t70"
    "QR/IB3JHnBWQu7Te3VUb9TNBS8RF0Ezt/Y/IE9+BafhRyO5PgV6kuGrt9sGUUaE+FvmBaV"
    "1huVByAiwhBy60kVQl0CcPy3erFh8Id7DEQsohYusiYFOpUBAqKuoP73s+R2wS7P+WVDyC"
    "l/d+MYpFexSLcLZN1MzKgn+NCWSrfPjTkqmBmK1EoHN3Z5W+fnN3nVigpT5xfXM7fPvztz"
    "8Mf/pTYpV+c3f7j3X7+JBc/zweDVO7ZfTJ1lBAkkL700JOj0QFiVa7ulpIUnILiki4ihzB"
    "DD8KPSQ+ysEmOtG/1rCNUmKN7KOWjWrSQDobPK9gIclWhSaSrkt+Uno7l0pZnqFUjHVSqn"
    "tQX54NKkAtWxVCreuSUGOvDsRB6+5Be3FZAdmLy0JgVVXKzI/U0Jq7QlKyg+ZpT1GDytII"
    "Z8WRbBPhBC7dJTSvwBEiTTmJmKwZ+WMa+ciirTvuSckOjvqRjHIlNTCkKGqPcSRmBrjVA8"
    "zQR/rYzJpLSBprrs2jHOMLq5KAMZFtMoHtHdQnuL4MSZ9ENwvta8oQfiD/QgHNdyP7AYmV"
    "ZxaHJPu78DHHCWlUGn3KDC43ZHR8Qsm/Xf7FSATW1/D+5fDVqPf5MKceGvWcI4/1aBSfd6"
    "g/qNphRzGWxlmgbd95v4TTRy7ETh3+YCOwHUeBQ5szCQ5hcFnFV0C2KmQRdF2WCavLOcZl"
    "Oojz9l0ybMw9B67qk7spOQN2BbA9yPmSyl0q/yCwGO2MYPdoyMFlFR5StipZQjJMpIeYiy"
    "NPhCTcQ8ZgwbFrSi6FtoP5zk7+YvvkzMeOwISfqPcdYnccj34av/8lTZpLY17272POanFN"
    "qYMgKVA64nLpY2wpuCtA15rInk+x7+7eJAzC65txat6+++F69PbbMz2dZSMcaMDZM9aPUr"
    "Osd2odk9jfkfXZrlaJLR9Zm8OJYqi7S1HrA4bAVb3h6URc2BBcbSO4WuI2OfTwWLkK9nJI"
    "hE1dv4xIgB6eBE6JldiE3hA8ohWYUwYg8Bh9YNDtA4LkFgCW2Jb/igUk2vWRLuWE/IaDmG"
    "5zAu4XshhQYqHvwNRjaI4/hX6LUMiW1HMQeJRAKx/G2SrrcLn/1xuXyE7QJ3XtTWNn1rEz"
    "9ZdUy8DcSHQQ4LOrKm5a6S0r5qV1lQZYr9AN3HmTcsaZt9/QmZdb1EP1TPpIxFjzxhoy1t"
    "BEKklNxj0ta2yhttlCLXXNMqNsHHfMKBvHHeO4015Ij9Vx54Z8DM5PMqxbWNMv49ywblOZ"
    "cFvClUoNokgvTl2k0n6A5YKquGFA6CaZyAqJF2CJxUKFBnMUJ776mvLqA9kMO4rbCjfbPH"
    "5tx28zTkdtW6P6JayZ4R0Oyzvs2emrZcrUHny+jMPGziie2arOcp2UMsqj4c0Mb9YmNqVt"
    "o34ko1zV0G7yZRtStMXj2xYHEd/GYkQEW/XyXESi2n6pk4hqN0GyIa5qtk5nSJqQaKozYU"
    "3hXCA2BQvq2IGvhbWARHa4r01I6gvAkdyoBD8B44XKjymk+Yk5uFU5tZQpqnJj8RUXyFXO"
    "HciZZ03XvbyxijeIgEzWhqyF/Fc2eN/TL4iVGSu3PVZufGyqAh+X+QL4j2fVraGsQis/7V"
    "Wx2RpJdNAdZPv+NuEKo0GqgXJKrINQn1fJ2nNenLTnPJOzJ7GYV10cEkLGlk1BGuzTWTy/"
    "v7+7zcczkkgrutgS4A9QkW85nsVWQZHQbtdTdEMnxmbvyxwyUT3gOr0sK5WoDuwbAYN6c9"
    "RN0q8dJf2ijCFH58rMXZ2LMc5KdnAn3EEydUNBfiUUZEu4ixFjlBVyF7Hafhl3gVS7mtzF"
    "XA42Yp4c8yCrtuICHuXcUlm6w5tHNMuwXCD5ExbAkn0Dc0bd78A0ubxMgSPnhr6lQz1Flq"
    "v83pgEv9GHHB5j3283R/Lt05aLyYrY7Kiz6aXEzOUhT+93ci2pp1bYXTWrtw+uiziXq34d"
    "fGMiHYR4J+kouAqMxCLnIF7BPCK+m/EyTMawxOTbjHlvQZdgBtWVG3LDTO+ohwnZOoK7h4"
    "4lhcIcs+apfjPCxv5ou/1hsjybkW8BwdNqQm37KpkcOep8bBjVkxA13ijGGyWX0XlFl8Sh"
    "MMkhpOv6ZWyOHbaqHjyB+UL7cyi/jo/YRrSvqRLNgHhyg0BrcmSOHZQbEFHvCepqt6mDIE"
    "cb8obhh4VY3/0q2Eq1X0q9GgW1dPlCRVjoJCbKX4UDSKhiYnR7FXfhUHUnnGz7K52dgKn8"
    "V3M7weM/EPmJ+MhWlSr9iZA9dhzAfNJXF8zK//O+Fl5jJ59gyTcQbEFn4jNn2gdTgYUTus"
    "5oagg/In3LrEqGEiRMCRxiZKc/ENUlSPgSMVT12tn3PZ2PJSdJinKOkeaH8PWQGteYdrFN"
    "cnrU2XnD5m22FZva56cXVS5fUs2KLXRdmTIT419iLSUnLWhArww6+qT3DZpzGl4SWhMXMg"
    "rl0wql3itrqu5xme5hvBOST2/ddTDeCHQP4MvT0woAy1bF17apulRecE9pTXmuMyUbYUym"
    "ezDvZh4vfHdGIK69E2YEOwj4jjZC2w9um51wJN9v58RAFvLVeaKNqOu2Ab9l8jqybRqdwG"
    "yk96fe9f79bvRu9KqmoaK7itpx9iK7UnS2WAnyLzhl3M9slp1BHlgusIOUgU8U2K1A3kPM"
    "yr1K9rXcDwtWkphMCvK5EtrVND892dWt1yWgvrp7d/1mBH58O3p5c38Tuptu6EFdqYqi/O"
    "xvR8M36UU75HF0tLTIS0t4jR+K1+0c6c5cNP7XweD8/Nng9Pzq+eXFs2eXz083y3e2qmwd"
    "v775h1rKE/M+u7YLKqT93WAQUoId2jf3PALcQ2oiezn4l6w4CamGa07L4N/xmoMEbKAjpq"
    "Q6NM23ph7qJOaIN4nxT4maU7e2nbolgm+EQK5XxyEoJtGZ/Xlrn41SY0OA6ixIabH9AXt5"
    "JMAS9EmsIWqwJuWIm3WpzetSEB5R7Ov8tL2cfEKbjeblYqU8RFUMBbKb2MuDShnIShKQZc"
    "5IAvAKvaHH8nMqUK3Sgi0Gfisf1uinceKbysRmJhLsrZunAzbz0F/khlI8Bf1ayuDeFHeG"
    "BFtpQDLgl97slyO9x/v9NiVHe8Gfdk7KYl7sSbMRMIlOkkgGjlj1qJ9IpkPm8J5ZH3NFZc"
    "9cUWn867/Mv16q86zZqCcljX3XZvtujgnmi0bDnBI149zmcY67V1fV6+IyJktVlphX/vw1"
    "IU1KGX259AoUPf9yDu7MHSiJO1Din2n+JSg583YLsK4jcn6MnniUk/ZJgJMfbQJi2QVw++"
    "7Nm0NdNLMeg2F4GFQSODWMzouejp9KnII8HUd1FwYu0TmAYEnZI2IqZgmRvg4ZWgQ3JiM5"
    "zHY2hKqucE400fuo48EgEd+dyapfTKKa1oYOhUOUgb3QRo8E9meiH5GnQIvstdZB3V0r3d"
    "hvX4f99hWew+odP60tmGPYdn9XuzgOTOl2VbW0lJhhMMqtbTuWYGFLluHxQvukTZiaXG26"
    "fDRtl5fYhDHTvYJNGNrBlXNrqJfa+sJQadqtnyLBPwFT6gvPFxNlY6qko1Pdlm+yZGxSkO"
    "IZg2yVl3Zjuw83OU7btlL1y0xH6NaKaF63N1lNU5pONihfJRJuqmGuZducaSLIIKAS36hL"
    "q2gT9XL7UXHq8QuksgDVoEOSQh1yFtme3wIlQj68XmR+QqgL2npy8lYJEy+OEc8EiOuPaD"
    "KnzM3jH0oudErJGaCfAJr7M52XY+JA8uBLxa/efcT54uZa4vhMFnSyhikvXLPM5TQrbDxO"
    "a3icIneG7Mbg50gb9GugnzKX6izjOaJtVv4aLuU7SWeD+abb9aZ7UtDM9CdmeobxOgwpcy"
    "8oQ/brAj4mVtsvo2K4bjepwcJMH9Fqk2iUzn5FlviGA1m4ZkH0I3Um0CBfqViAGXLoMk6R"
    "gDl1bMT64ZUy6DcfOppK4ToJKCU5iVH3+eIq+UXjhJ1JIdoiMqfzjIO+XrpFN08cYcapt6"
    "Phq59rTus2JZxyqAWL7zx+GvS4fMvnulqn1Qquk9fIdbwlIyA3njqKbdi8zVg3VGbPTisd"
    "j6tmxfCeZo/I1a5cl5ePy3QQ6p3YDS52UYBSDaATQt3j2s4GVdg22ap4Rg8yjFuDtF0HSJ"
    "i2ezp+3xm7FnBweVVnckcSHVxDtn/Ct2aA60Acl+ng8rH9y91MxOxX6It7cD+1ln1l2wm0"
    "M5GLJsquBQ5/9aLsDuNM2c7v/4t8KQ8dYHdLBZ7jkH3JYe4T9f0y7p7EWlYl7y3oh/eEBW"
    "MKPMTUf5ySPuA0uM5LXQYmhwEEL1COjktsoe/AlPuadp/8ee0BGTGRAM6oL3JY+328MTeA"
    "T752c/2X6oOJ3Tv4HlzM2RfzD09zmV9EQ+yVs1/Ij1l2p1EMyvmggk1xPii0KVTVQe/xad"
    "s+vQdqbUbtHJK4OLhn3b4T+O47qGe9VdSlMtNy3aMjtr90rDGrt1MmpYxZmr6Y0c/Lklh2"
    "IaOfmyXxOJeLPRDwhkQrRr+7JJr6yxpdMQ5NIPsxBLLH7LyqG1FMxJB55WSezw2X9zThFJ"
    "tQ7QrcdWWnRx8RKUjkFFX3ywN2VcMJUi0rMk331EUBpyPilm+WICpqqK+1l3MVqydOgUUV"
    "+zNn1AVQuWn+hdGlLPSJUN6cAj4iAhzIBZihOQ09hqSMi0XEMmnHUWZr/ol66iY7ucZvPE"
    "pVxQdC5zFRfgKmsqcIupMwn+80eGcgEuChwoVlh0DQUEULh8SuJr2WC8rDlgFt1Qdz7aGq"
    "imUlcOHqA+FI+Z46K/VYzIB8gnyO0u+CGy/DZ23eGfw5DrKBUH+arFKOq2CqPjrdEhKgh3"
    "UsC7RHrOqgFtJvgR8IQUuJQ/hXgUe5uPJiKi3EIJjgSUAyrNr75FlJOIAlHrKbJplVpswz"
    "Ii61HeeIw0bh7tE1opiFaz/x2crtM0Gq1WQfjoG8bI2nSWIdqsw6xIWMupcPaf0E91nBLv"
    "mobS1k/IDOBsdjc9aYr1LppHXxjMsYPNMpDRhDzlrNrEU/ZiTNHlZhD4tr9XUmcVrOTOTU"
    "RmYtkAubbGQZQXNhS+bSWLjKdz76/v7utsBAi0TS/Cm2BPgD7DI5xGFmqwKj/FgzfYKZmt"
    "bqAeljTWpZPmONTi1Soh08tjh2HrslseQ3NnI9KhCxVv9Cq14OVZhq0S9jC3HUdvKIVpWz"
    "+7m+0BtcQFQtIQceoy7mAc0VEIOAEgu9CMK99T3fwIKOA5ZYLIJC2W0dEw4JX8oVPaqZY8"
    "YFkOMlJ2Be+r89v/0plzUVL9hdhzXto3ZxZD5q5qBpqwqbCaDdpa/DXL4fMY/lXjVbFkCb"
    "EOsg2jtgJQ/rDNU2uLfESxhfna/EV6clOvAQMWwt8nTfsKZU54VRm6c03eJx3nLO6ELGo+"
    "ptwOGItfbEbjssR7HCV8glFe+fxSxSF/bOnTjJq4+qBsJh8w6ie3Z6WimPymlJGpXTDN1M"
    "iUB5OmAxcxcTMcxdTebuoJvZ5/8DWbz9OQ=="
)
