using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;

namespace Lava.FunctionalTests.Checkout;

/// <summary>Everything that a server leaves behind, and the search for what must not be in it.</summary>
internal sealed partial class LeakSearch
{
    private const int CardNumberDigits = 15;
    private readonly List<(string Where, string Text)> _left = [];
    private readonly List<(string What, Regex Pattern)> _secrets = [];

    /// <summary>Something that was printed, answered or stored.</summary>
    public void Add(string where, string text) => _left.Add((where, text));

    /// <summary>Every row of every table: its text, and its bytes as they are.</summary>
    public async Task AddTablesAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        var tables = new List<string>();
        await using (var list = source.CreateCommand(
            "select quote_ident(relname) from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1"))
        await using (var reader = await list.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                tables.Add(reader.GetString(0));
            }
        }

        foreach (var table in tables)
        {
            var text = new StringBuilder();
            await using var rows = source.CreateCommand($"select t::text from {table} t");
            await using var reader = await rows.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                var row = reader.GetString(0);
                text.AppendLine(row);
                foreach (Match bytes in Bytes().Matches(row))
                {
                    text.AppendLine(Encoding.Latin1.GetString(Convert.FromHexString(bytes.Groups[1].Value)));
                }
            }

            Add($"table {table}", text.ToString());
        }
    }

    /// <summary>The journal's files.</summary>
    public void AddJournal(string directory)
    {
        var files = Directory.GetFiles(directory, "*.journal");
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            Add(file, Encoding.Latin1.GetString(bytes.ToArray()));
        }
    }

    /// <summary>A text that must be nowhere.</summary>
    public void Forbid(string what, string secret) => _secrets.Add((what, new Regex(Regex.Escape(secret))));

    /// <summary>A card's number, however it is written, and all of it but the last four.</summary>
    public void ForbidCard(string number)
    {
        Assert.True(number.Length >= CardNumberDigits);
        _secrets.Add(($"card number ending in {number[^4..]}", new Regex(string.Join("[ -]?", number[..12].ToCharArray()))));
    }

    /// <summary>Digits that stand by themselves: as a part of a longer number they mean nothing.</summary>
    public void ForbidCode(string what, string digits) =>
        _secrets.Add((what, new Regex(string.Create(CultureInfo.InvariantCulture, $@"(?<![\w.]){digits}(?![\w.])"))));

    /// <summary>Any token of a header; the placeholder of a help text (<c>Bearer $TOKEN</c>) is none.</summary>
    public void ForbidBearer() => _secrets.Add(("bearer", new Regex("Bearer [A-Za-z0-9+/=_.-]{8,}")));

    /// <summary>Where a secret was found; never the secret itself.</summary>
    public List<string> Find() =>
        [.. from left in _left
            from secret in _secrets
            where secret.Pattern.IsMatch(left.Text)
            select $"{secret.What} in {left.Where}"];

    [GeneratedRegex(@"\\x((?:[0-9a-f]{2})+)")]
    private static partial Regex Bytes();
}
