using System.Buffers.Binary;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Lava.Postgres;

/// <summary>
/// Turns a filter into SQL over a table with the alias r: only the conditions that are set, so that each query can use the index made
/// for it.
/// </summary>
internal static class RequestConditions
{
    // A request's id is made within milliseconds of its arrival; a clock that steps back is not worth more than this. Only narrows the
    // months and the range of the index that are read, the times themselves decide.
    public static readonly TimeSpan IdSlack = TimeSpan.FromMinutes(10);

    /// <summary>Adds all of the filter's parameters to the command and returns its condition on <c>requests</c>.</summary>
    public static string Append(NpgsqlCommand command, RequestFilter filter) =>
        AppendNames(command, filter) + AppendOwn(command, filter) + AppendTimes(command, filter.From, filter.Until, "");

    /// <summary>All but the times: for <c>usage_sums</c> too, but for metadata.</summary>
    public static string AppendNames(NpgsqlCommand command, RequestFilter filter)
    {
        var sql = new StringBuilder("r.merchant_id = @merchant");
        command.Add("merchant", filter.MerchantId);
        Add(sql, command, "r.customer_id = @customer", "customer", filter.CustomerId);
        Add(sql, command, "r.meter_id = @meter", "meter", filter.MeterId);
        Add(sql, command, "r.status = @status", "status", (short?)filter.Status);
        Add(sql, command, "r.provider = @provider", "provider", filter.Provider);
        Add(sql, command, "r.model = @model", "model", filter.Model);
        if (filter.Metadata is not null)
        {
            sql.Append(" and r.metadata @> @metadata");
            command.AddText("metadata", filter.Metadata, NpgsqlDbType.Jsonb);
        }

        return sql.ToString();
    }

    // What sums don't know.
    private static string AppendOwn(NpgsqlCommand command, RequestFilter filter)
    {
        var sql = new StringBuilder();
        Add(sql, command, "r.usage_certainty = @certainty", "certainty", (short?)filter.Certainty);
        Add(sql, command, "r.spend_key_id = @spend_key", "spend_key", filter.SpendKeyId);
        return sql.ToString();
    }

    /// <summary>A period of <c>requests</c>, to follow other conditions; <paramref name="suffix"/> tells two of a command apart.</summary>
    public static string AppendTimes(NpgsqlCommand command, DateTimeOffset? from, DateTimeOffset? until, string suffix)
    {
        var sql = new StringBuilder();
        Add(sql, command, $"r.created_at >= @from{suffix}", $"from{suffix}", from?.ToUniversalTime());
        Add(sql, command, $"r.created_at < @until{suffix}", $"until{suffix}", until?.ToUniversalTime());
        Add(sql, command, $"r.id >= @from_id{suffix}", $"from_id{suffix}", from is { } start ? FirstIdAt(start - IdSlack) : null);
        Add(sql, command, $"r.id < @until_id{suffix}", $"until_id{suffix}", until is { } end ? FirstIdAt(end + IdSlack) : null);
        return sql.ToString();
    }

    private static void Add(StringBuilder sql, NpgsqlCommand command, string condition, string name, object? value)
    {
        if (value is not null)
        {
            sql.Append(" and ").Append(condition);
            command.Add(name, value);
        }
    }

    /// <summary>The least id of a moment: the upper 48 bits of an id are its milliseconds.</summary>
    public static Guid FirstIdAt(DateTimeOffset time)
    {
        Span<byte> id = stackalloc byte[16];
        id.Clear();
        BinaryPrimitives.WriteInt64BigEndian(id, Math.Max(0, time.ToUnixTimeMilliseconds()) << 16);
        return new Guid(id, bigEndian: true);
    }
}
