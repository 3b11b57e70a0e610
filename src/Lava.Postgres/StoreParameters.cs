using Lava.Core;
using Npgsql;
using NpgsqlTypes;

namespace Lava.Postgres;

/// <summary>Parameters and columns that may be null, in one line each.</summary>
internal static class StoreParameters
{
    /// <summary>A value that is not null.</summary>
    public static NpgsqlCommand Add(this NpgsqlCommand command, string name, object value)
    {
        command.Parameters.AddWithValue(name, value);
        return command;
    }

    /// <summary>Text, JSON as text, or null.</summary>
    public static NpgsqlCommand AddText(this NpgsqlCommand command, string name, string? value, NpgsqlDbType type = NpgsqlDbType.Text)
    {
        command.Parameters.Add(new NpgsqlParameter(name, type) { Value = value is null ? DBNull.Value : value });
        return command;
    }

    /// <summary>A time or null.</summary>
    public static NpgsqlCommand AddTime(this NpgsqlCommand command, string name, DateTimeOffset? value)
    {
        object utc = value is { } time ? time.ToUniversalTime() : DBNull.Value;
        command.Parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.TimestampTz) { Value = utc });
        return command;
    }

    /// <summary>An amount or null.</summary>
    public static NpgsqlCommand AddAmount(this NpgsqlCommand command, string name, Money? value)
    {
        command.Parameters.Add(new NpgsqlParameter<long?>(name, value?.Units));
        return command;
    }

    /// <summary>An id or null.</summary>
    public static NpgsqlCommand AddId(this NpgsqlCommand command, string name, Guid? value)
    {
        command.Parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Uuid) { Value = value is { } id ? id : DBNull.Value });
        return command;
    }

    /// <summary>A text column that may be null.</summary>
    public static string? Text(this NpgsqlDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetString(ordinal);

    /// <summary>An amount column that may be null.</summary>
    public static Money? Amount(this NpgsqlDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : new Money(row.GetInt64(ordinal));

    /// <summary>An id column that may be null.</summary>
    public static Guid? Id(this NpgsqlDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetGuid(ordinal);

    /// <summary>A time column.</summary>
    public static DateTimeOffset Time(this NpgsqlDataReader row, int ordinal) => row.GetFieldValue<DateTimeOffset>(ordinal);
}
