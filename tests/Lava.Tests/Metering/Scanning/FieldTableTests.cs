using System.Text;
using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Scanning;

public sealed class FieldTableTests
{
    [Theory]
    [InlineData("", FieldRole.Pages)]
    [InlineData("a..b", FieldRole.Pages)]
    [InlineData("[]", FieldRole.Images)]
    [InlineData("a[0]", FieldRole.Images)]
    [InlineData("a]b", FieldRole.Images)]
    [InlineData("a.b.c.d.e.f.g.h.i.j.k.l.m.n.o", FieldRole.Pages)]
    [InlineData("a_name_that_is_longer_than_any_one", FieldRole.Pages)]
    [InlineData("a", FieldRole.None)]
    [InlineData("a", FieldRole.Recording)]
    [InlineData("a", FieldRole.Stream)]
    public void ErrorsOf_WrongPlaceInAnAnswer_NamesProviderPathAndField(string path, FieldRole role)
    {
        var error = Assert.Single(ErrorsOf(new() { Path = "/p", Format = ApiFormat.Fields, Answer = Table(path, role) }));
        Assert.StartsWith($"Provider 'acme', POST /p, answer '{path}': ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void ErrorsOf_EverythingWrong_EachTold()
    {
        var errors = ErrorsOf(new()
        {
            Path = "/p",
            Request = Table("a", FieldRole.Cost),
            Headers = Table("x-a", FieldRole.Text),
            Counts = new Dictionary<FieldRole, long> { [FieldRole.Model] = 1, [FieldRole.Images] = -1 },
            States = new Dictionary<string, JobState> { ["done"] = JobState.Succeeded },
        });
        Assert.Equal(6, errors.Length);
        Assert.All(errors, error => Assert.StartsWith("Provider 'acme', POST /p, ", error, StringComparison.Ordinal));
        Assert.Single(ErrorsOf(new() { Path = "/p", Format = ApiFormat.Fields, Answer = Table("a", FieldRole.Status) }));
    }

    [Fact]
    public void ErrorsOf_MoreThanFits_Told()
    {
        var figures = Enumerable.Range(0, 40).ToDictionary(i => $"f{i}", _ => FieldRole.Pages);
        Assert.Equal(8, ErrorsOf(new() { Path = "/p", Format = ApiFormat.Fields, Answer = figures }).Length);
        var places = Enumerable.Range(0, 70).ToDictionary(i => $"f{i}", _ => FieldRole.Text);
        Assert.NotEmpty(ErrorsOf(new() { Path = "/p", Format = ApiFormat.Fields, Answer = places }));
    }

    [Fact]
    public void Answer_TwoPlacesThatCountTheSame_TheFirstOfTheTable()
    {
        var table = new Dictionary<string, FieldRole> { ["a.first"] = FieldRole.Pages, ["second"] = FieldRole.Pages };
        Assert.Equal(1, Read(table, """{"second":2,"a":{"first":1}}""").Pages);
        Assert.Equal(2, Read(table, """{"second":2,"a":{"first":null}}""").Pages);
    }

    [Fact]
    public void Answer_Roles_AddUpToTheNormalForm()
    {
        var table = new Dictionary<string, FieldRole>
        {
            ["fresh"] = FieldRole.UncachedInputTokens,
            ["read"] = FieldRole.CachedInputTokens,
            ["written"] = FieldRole.CacheWriteInputTokens,
            ["tools"] = FieldRole.ToolInputTokens,
            ["out"] = FieldRole.OutputTokens,
            ["think"] = FieldRole.ReasoningTokens,
            ["hidden"] = FieldRole.HiddenReasoningTokens,
            ["ms"] = FieldRole.InputMilliseconds,
            ["cents"] = FieldRole.CostCents,
        };
        const string body =
            """{"fresh":10,"read":20,"written":30,"tools":40,"out":50,"think":5,"hidden":6,"ms":1500.9,"cents":0.00000001}""";
        var usage = Read(table, body);
        Assert.Equal(
            new Usage
            {
                InputTokens = 100,
                CachedInputTokens = 20,
                CacheWriteInputTokens = 30,
                OutputTokens = 56,
                ReasoningOutputTokens = 11,
                InputMicroseconds = 1_500_000,
                ProviderCost = new(1),
                Certainty = UsageCertainty.Exact,
            }, usage);
    }

    private static string[] ErrorsOf(ProviderEndpoint endpoint) =>
        [.. FieldTable.ErrorsOf([new Provider { Name = "acme", Hosts = ["acme.test"], Endpoints = [endpoint] }])];

    private static Dictionary<string, FieldRole> Table(string path, FieldRole role) => new() { [path] = role };

    private static Usage Read(Dictionary<string, FieldRole> answer, string body)
    {
        var endpoint = new ProviderEndpoint { Path = "/p", Format = ApiFormat.Fields, Answer = answer };
        var scanner = new ResponseScanner();
        scanner.Reset(endpoint.Format, ResponseFraming.Json, endpoint.Fields);
        scanner.Scan(Encoding.UTF8.GetBytes(body));
        scanner.EndOfBody();
        return scanner.Usage;
    }
}
