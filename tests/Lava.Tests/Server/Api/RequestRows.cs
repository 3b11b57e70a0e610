using System.Text;
using Lava.Core;
using Npgsql;
using NpgsqlTypes;

namespace Lava.Tests.Server.Api;

/// <summary>Writes records of calls as the flusher leaves them.</summary>
internal static class RequestRows
{
    public static async Task<string> AddRequestAsync(
        this ApiHost host, string? customerId = null, string? meterId = null, string at = "2026-05-15T10:00:00Z",
        string model = "gpt-4o-mini", string? metadata = null, bool billed = true, string provider = "openai")
    {
        var time = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture);
        var id = Ids.New(new At(time));
        var requestId = Ids.Format(IdPrefix.Request, true, id);
        await using var command = host.Source.CreateCommand(
            """
            insert into requests values (@id, @merchant, @request, @customer, @meter, 1, 1, @billed, false, @provider, 0, @model,
              'POST https://api.openai.com/v1/chat/completions', 'chatcmpl-1', 200, false, null, 2, 845, 412, 0, 0, 0, 1500000,
              '{"cached_input_tokens": 5, "images": 0}', 169000000, 412000000, 581000001, 58100000, 1, 0,
              '[[0, 1000000000, 1257, 58100000]]', 0, 58100000, 0, 1257, '2026-05-01', 1, @metadata, null, @at,
              @at + interval '1.5 s', 250500, 42)
            """);
        command.Parameters.AddWithValue("id", id);
        command.Parameters.AddWithValue("merchant", host.Merchant.Id);
        command.Parameters.AddWithValue("request", requestId);
        command.Parameters.Add(new NpgsqlParameter("customer", NpgsqlDbType.Uuid) { Value = Read(IdPrefix.Customer, customerId) });
        command.Parameters.Add(new NpgsqlParameter("meter", NpgsqlDbType.Uuid) { Value = Read(IdPrefix.Meter, meterId) });
        command.Parameters.AddWithValue("billed", billed);
        command.Parameters.AddWithValue("provider", provider);
        command.Parameters.AddWithValue("model", model);
        command.Parameters.Add(new NpgsqlParameter("metadata", NpgsqlDbType.Jsonb) { Value = metadata is null ? DBNull.Value : metadata });
        command.Parameters.AddWithValue("at", time.ToUniversalTime());
        await command.ExecuteNonQueryAsync();
        return requestId;
    }

    private static object Read(string prefix, string? id) =>
        id is not null && Ids.TryParse(prefix, Encoding.UTF8.GetBytes(id), out var parsed) ? parsed : DBNull.Value;

    private sealed class At(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
