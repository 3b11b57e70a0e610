using System.Globalization;
using System.Text;
using Lava.Metering.Pricing;

namespace Lava.Metering.Catalog;

/// <summary>Reads a price file. Its form stands at the head of the shipped one. Stops at the first error.</summary>
internal sealed class PriceFileReader
{
    /// <summary>Rows in a file: fifty times what all public price lists together hold.</summary>
    private const int RowsMax = 100_000;

    private const string VersionWord = "version";
    private const string InheritWord = "inherit";

    private readonly string _name;
    private readonly Dictionary<(string Provider, string Model), string> _owners = [];
    private readonly HashSet<(string Provider, string Model, DateOnly Since)> _keys = [];
    private readonly List<PriceRow> _rows = [];
    private readonly List<PriceInheritance> _inheritances = [];
    private int? _version;
    private int _line;

    public PriceFileReader(string text, string name)
    {
        _name = name;
        ReadLines(text);
        if (_version is null)
        {
            throw Error(1, "the file has no line 'version <number>'");
        }

        Inherit();
    }

    public int Version => _version ?? 0;

    public IReadOnlyList<PriceRow> Rows => _rows;

    /// <summary>Does a word at a line's beginning mean something else than a provider?</summary>
    public static bool IsKeyword(string word) => word is VersionWord or InheritWord;

    /// <summary>What is wrong at a column of the line that is being read.</summary>
    public FormatException Error(int column, string message) => new($"{_name}({_line},{column}): {message}");

    private void ReadLines(string text)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            _line++;
            ReadLine(line.ToString());
        }
    }

    private void ReadLine(string line)
    {
        var words = Split(line);
        if (words.Count == 0 || words[0].Text[0] == '#')
        {
            return;
        }

        if (words[0].Text == VersionWord)
        {
            ReadVersion(words);
            return;
        }

        if (_version is null)
        {
            throw Error(words[0].Column, "a row before the line 'version <number>'");
        }

        if (_rows.Count == RowsMax)
        {
            throw Error(words[0].Column, $"more than {RowsMax} rows");
        }

        if (words[0].Text == InheritWord)
        {
            ReadInheritance(words);
            return;
        }

        ReadRow(words);
    }

    private void ReadVersion(List<PriceFileWord> words)
    {
        if (_version is not null || words.Count != 2
            || !int.TryParse(words[1].Text, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            throw Error(words[0].Column, "expected one line 'version <number>' in the file");
        }

        _version = version;
    }

    private void ReadRow(List<PriceFileWord> words)
    {
        if (words.Count < 3)
        {
            throw Error(words[^1].Column, "expected 'provider model since key=value …'");
        }

        if (!DateOnly.TryParseExact(words[2].Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var since))
        {
            throw Error(words[2].Column, $"'{words[2].Text}' is not a day (2026-08-21)");
        }

        var values = ReadValues(words);
        var price = values.ToPrice(words[0].Text, words[1].Text);
        var source = values.Text("source") ?? throw Error(words[0].Column, "'source' is missing");
        values.RefuseRest();
        Claim(words, price, since);
        _rows.Add(new PriceRow(since, source, price));
    }

    private void ReadInheritance(List<PriceFileWord> words)
    {
        if (words.Count != 4 || words[1].Text == words[2].Text || words[3].Text.IndexOf('*') != words[3].Text.Length - 1)
        {
            throw Error(words[0].Column, "expected 'inherit provider from prefix*'");
        }

        _inheritances.Add(new PriceInheritance(words[1].Text, words[2].Text, words[3].Text[..^1]));
    }

    // After all rows, in the order of the lines: what was inherited before is the provider's own.
    private void Inherit()
    {
        foreach (var inheritance in _inheritances)
        {
            _rows.AddRange(inheritance.Rows(_rows));
        }
    }

    private void Claim(List<PriceFileWord> words, ModelPrice price, DateOnly since)
    {
        var model = price.Model.ToLowerInvariant();
        if (!_keys.Add((price.Provider, model, since)))
        {
            throw Error(words[1].Column, $"a second row of {price.Provider} {price.Model} since {words[2].Text}");
        }

        foreach (var name in price.Aliases.Prepend(price.Model))
        {
            if (Encoding.UTF8.GetByteCount(name) > PriceBook.ModelBytesMax)
            {
                throw Error(words[1].Column, $"a name longer than {PriceBook.ModelBytesMax} bytes");
            }

            var key = (price.Provider, name.ToLowerInvariant());
            if (_owners.TryGetValue(key, out var owner) && owner != model)
            {
                throw Error(words[1].Column, $"'{name}' is a name of {price.Provider} {owner} already");
            }

            _owners[key] = model;
        }
    }

    private PriceRowValues ReadValues(List<PriceFileWord> words)
    {
        var values = new PriceRowValues(this, words[0].Column);
        foreach (var word in words.Skip(3))
        {
            var at = word.Text.IndexOf('=');
            if (at <= 0 || at == word.Text.Length - 1)
            {
                throw Error(word.Column, $"expected 'key=value', not '{word.Text}'");
            }

            values.Add(word.Text[..at], word.Text[(at + 1)..], word.Column);
        }

        return values;
    }

    private static List<PriceFileWord> Split(string line)
    {
        var words = new List<PriceFileWord>();
        var start = -1;
        for (var i = 0; i <= line.Length; i++)
        {
            var isBlank = i == line.Length || line[i] is ' ' or '\t';
            if (isBlank && start >= 0)
            {
                words.Add(new PriceFileWord(line[start..i], start + 1));
                start = -1;
            }
            else if (!isBlank && start < 0)
            {
                start = i;
            }
        }

        return words;
    }
}
