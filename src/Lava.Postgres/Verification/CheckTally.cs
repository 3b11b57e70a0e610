namespace Lava.Postgres.Verification;

/// <summary>Collects the result of a check that goes through rows one by one.</summary>
internal sealed class CheckTally(string name)
{
    private readonly List<string> _first = [];
    private long _looked;
    private long _differences;

    /// <summary>Goes on the result.</summary>
    public string? Note { get; set; }

    /// <summary>One more row.</summary>
    public void Look() => _looked++;

    /// <summary>It differs, or one that should be there is not.</summary>
    public void Differs(string difference)
    {
        _differences++;
        if (_first.Count < CheckResult.MaxFirst)
        {
            _first.Add(difference);
        }
    }

    /// <summary>So far.</summary>
    public CheckResult ToResult() => new(name, _looked, _differences, _first, Note);
}
